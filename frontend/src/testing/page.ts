import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import type { Component } from "vue";
import { vi } from "vitest";
import type { CognitoAuthentication } from "@/auth/authentication";
import type { Chat } from "@/composables/session/useChat";
import { createTranslations, type Locale } from "@/i18n";
import { CHAT } from "@/composables/session/useChat";
import { AUTHENTICATION } from "@/composables/account/useAuthentication";

export const ME = { userId: "me", username: "Me" };

export function fakeChat(): Chat {
  return {
    user: ME,
    send: vi.fn(),
    edit: vi.fn(async () => undefined),
    remove: vi.fn(async () => undefined),
    react: vi.fn(async () => undefined),
    pin: vi.fn(async () => undefined),
    retry: vi.fn(),
    discard: vi.fn(),
    leave: vi.fn(),
    enterAnew: vi.fn(),
    loadOlder: vi.fn(),
    askMembers: vi.fn(),
    tellTyping: vi.fn(),
    ask: vi.fn<Chat["ask"]>(),
    serverTime: vi.fn(Date.now),
    onAccount: vi.fn<Chat["onAccount"]>(),
    reconnect: vi.fn(),
  };
}

/** A sign-in that accepts everything, until a test says otherwise. */
export function fakeCognito() {
  return {
    kind: "cognito" as const,
    currentUser: vi.fn<CognitoAuthentication["currentUser"]>(async () => null),
    signIn: vi.fn<CognitoAuthentication["signIn"]>(async () => ({ kind: "signedIn", user: ME })),
    setNewPassword: vi.fn<CognitoAuthentication["setNewPassword"]>(async () => ({ kind: "signedIn", user: ME })),
    signUp: vi.fn<CognitoAuthentication["signUp"]>(async () => undefined),
    confirmSignUp: vi.fn<CognitoAuthentication["confirmSignUp"]>(async () => undefined),
    resendCode: vi.fn<CognitoAuthentication["resendCode"]>(async () => undefined),
    requestPasswordReset: vi.fn<CognitoAuthentication["requestPasswordReset"]>(async () => undefined),
    confirmPasswordReset: vi.fn<CognitoAuthentication["confirmPasswordReset"]>(async () => undefined),
    rename: vi.fn<CognitoAuthentication["rename"]>(async (username) => ({ ...ME, username })),
    signOut: vi.fn<CognitoAuthentication["signOut"]>(async () => undefined),
    deleteUser: vi.fn<CognitoAuthentication["deleteUser"]>(async () => undefined),
    credentials: () => ({ kind: "mock" as const, ...ME }),
  };
}

interface PageOptions {
  props?: Record<string, unknown>;
  locale?: Locale;
  chat?: Chat;
  authentication?: CognitoAuthentication;
  stubs?: Record<string, Component>;
}

/** Mount `component` as it stands in the page: with stores, translations, a chat and a sign-in. */
export function mountPage(component: Component, options: PageOptions = {}): VueWrapper {
  const { props = {}, locale = "en", chat = fakeChat(), authentication = fakeCognito(), stubs = {} } = options;
  const pinia = createPinia();
  setActivePinia(pinia);
  localStorage.setItem("chat.locale", locale);
  return mount(component, {
    props,
    attachTo: document.body,
    global: {
      stubs,
      plugins: [pinia, createTranslations(locale)],
      provide: { [CHAT as symbol]: chat, [AUTHENTICATION as symbol]: authentication },
    },
  });
}

/** The form control with this label. */
export function field(page: VueWrapper, label: string) {
  const found = page.findAll("label").find((candidate) => candidate.text() === label);
  if (!found) throw new Error(`no field "${label}"`);
  return page.get(`[id="${found.attributes("for")}"]`);
}

/** The button with this text or accessible name. */
export function button(page: VueWrapper, name: string) {
  const found = page.findAll("button").find((item) => item.text() === name || item.attributes("aria-label") === name);
  if (!found) throw new Error(`no button "${name}"`);
  return found;
}
