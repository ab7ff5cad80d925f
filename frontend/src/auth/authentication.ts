/** What the application needs of a sign-in, whoever provides it. */
import type { Credentials } from "@/protocol/credentials";

export interface User {
  readonly userId: string;
  readonly username: string;
}

/** What has to follow a step before the user is signed in. */
export type NextStep =
  | { readonly kind: "signedIn"; readonly user: User }
  /** A code was sent to confirm the address. */
  | { readonly kind: "confirmSignUp" }
  /** An account made by an administrator needs a password of the user's own. */
  | { readonly kind: "newPassword" }
  | { readonly kind: "resetPassword" };

export interface SignUpDetails {
  /** Unique, and not an e-mail address: the pool takes the verified address as an alias. */
  readonly login: string;
  readonly email: string;
  readonly displayName: string;
  readonly password: string;
}

/** Every method rejects with AuthenticationFailed. */
export interface CognitoAuthentication {
  readonly kind: "cognito";
  currentUser(): Promise<User | null>;
  signIn(login: string, password: string): Promise<NextStep>;
  setNewPassword(password: string): Promise<NextStep>;
  signUp(details: SignUpDetails): Promise<void>;
  confirmSignUp(login: string, code: string): Promise<void>;
  resendCode(login: string): Promise<void>;
  requestPasswordReset(login: string): Promise<void>;
  confirmPasswordReset(login: string, code: string, password: string): Promise<void>;
  /** Change the display name; shown on messages from the next one on. */
  rename(displayName: string): Promise<User>;
  signOut(): Promise<void>;
  /** Delete the signed-in user, by their own right. */
  deleteUser(): Promise<void>;
  credentials(user: User): Credentials;
}

/** Anybody may claim any name: for local use only. */
export interface MockAuthentication {
  readonly kind: "mock";
  currentUser(): Promise<User | null>;
  signInAs(name: string): Promise<User>;
  signOut(): Promise<void>;
  credentials(user: User): Credentials;
}

export type Authentication = CognitoAuthentication | MockAuthentication;

export const AUTHENTICATION_FAILURES = [
  "wrongCredentials",
  "wrongCode",
  "codeExpired",
  "accountExists",
  "weakPassword",
  "invalidInput",
  "tooManyAttempts",
  /** The step before this one is too long ago. */
  "stepExpired",
  "unreachable",
  "unknown",
] as const;
export type AuthenticationFailure = (typeof AUTHENTICATION_FAILURES)[number];

export class AuthenticationFailed extends Error {
  constructor(readonly failure: AuthenticationFailure, options?: ErrorOptions) {
    super(failure, options);
    this.name = "AuthenticationFailed";
  }
}
