import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick, type EffectScope } from "vue";
import { AuthenticationFailed } from "@/auth/authentication";
import { useAccountStore } from "@/stores/account";
import { fakeCognito, ME } from "@/testing/page";
import { signedInUser, useRememberedUser } from "./useRememberedUser";

let scope: EffectScope;
const forgotten = vi.fn(async () => true);

beforeEach(() => {
  setActivePinia(createPinia());
  vi.stubGlobal("caches", { delete: forgotten });
  scope = effectScope();
  scope.run(useRememberedUser);
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function signIn(): Promise<void> {
  useAccountStore().signedIn(ME);
  await nextTick();
}
function unreachable() {
  const authentication = fakeCognito();
  authentication.currentUser.mockRejectedValue(new AuthenticationFailed("unreachable"));
  return authentication;
}

it("is whoever was signed in last while the service cannot be reached", async () => {
  expect(await signedInUser(unreachable())).toBeNull();
  await signIn();
  expect(await signedInUser(unreachable())).toEqual(ME);
});

it("is so, too, while the service says nothing at all", async () => {
  await signIn();
  vi.useFakeTimers();
  const authentication = fakeCognito();
  authentication.currentUser.mockReturnValue(new Promise(() => undefined));
  const user = signedInUser(authentication);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await user).toEqual(ME);
});

it("is nobody once the service says so", async () => {
  await signIn();
  expect(await signedInUser(fakeCognito())).toBeNull();
});

it("is forgotten with a sign-out, with what was seen", async () => {
  await signIn();
  useAccountStore().signedOut();
  await nextTick();
  expect(await signedInUser(unreachable())).toBeNull();
  expect(forgotten).toHaveBeenCalledWith("last-seen");
});

it.each(["", "{", "null", '{"userId":1}'])("is nobody when %j is stored", async (stored) => {
  localStorage.setItem("chat.lastUser", stored);
  expect(await signedInUser(unreachable())).toBeNull();
});
