import { inject, provide, type InjectionKey } from "vue";
import { mockAuthentication } from "@/auth/mock";
import type { Authentication } from "@/auth/authentication";
import type { Settings } from "@/settings";

/** Cognito's client is large: it comes only where it is used. */
export async function loadAuthentication(settings: Settings): Promise<Authentication> {
  if (!settings.cognito) return mockAuthentication(localStorage);
  const { cognitoAuthentication } = await import("@/auth/cognito");
  return cognitoAuthentication(settings.cognito);
}

export const AUTHENTICATION: InjectionKey<Authentication> = Symbol("authentication");

export function provideAuthentication(authentication: Authentication): void {
  provide(AUTHENTICATION, authentication);
}

export function useAuthentication(): Authentication {
  const authentication = inject(AUTHENTICATION);
  if (!authentication) throw new Error("useAuthentication outside of AuthenticationProvider");
  return authentication;
}
