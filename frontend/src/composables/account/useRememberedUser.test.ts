import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick, type EffectScope } from "vue";
import { AuthenticationFailed } from "@/auth/authentication";
import { useAccountStore } from "@/stores/account";
import { fakeCognito, ME } from "@/testing/page";
import { isSomebodyRemembered, signedInUser, useRememberedUser } from "./useRememberedUser";

let scope: EffectScope;
const forgotten = vi.fn(async () => true);
const deleteDatabase = vi.fn();

beforeEach(() => {
  setActivePinia(createPinia());
  vi.stubGlobal("caches", { delete: forgotten });
  vi.stubGlobal("indexedDB", { deleteDatabase });
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
  expect(isSomebodyRemembered()).toBe(false);
  await signIn();
  expect(isSomebodyRemembered()).toBe(true);
  useAccountStore().signedOut();
  await nextTick();
  expect(isSomebodyRemembered()).toBe(false);
  expect(await signedInUser(unreachable())).toBeNull();
  expect(forgotten).toHaveBeenCalledWith("last-seen");
});

it("leaves what is remembered of another, who has signed in in another tab", async () => {
  await signIn();
  const other = { userId: "other", username: "Other" };
  localStorage.setItem("chat.lastUser", JSON.stringify(other));
  forgotten.mockClear();
  useAccountStore().sessionExpired();
  await nextTick();
  expect(await signedInUser(unreachable())).toEqual(other);
  expect(forgotten).not.toHaveBeenCalled();
});

it("leaves no emoji of theirs to the next user, where the browser keeps any", async () => {
  await signIn();
  deleteDatabase.mockImplementationOnce(() => {
    throw new DOMException("no", "SecurityError");
  });
  useAccountStore().signedOut();
  await nextTick();
  expect(deleteDatabase.mock.calls).toEqual([["emoji-picker-element-en"], ["emoji-picker-element-de"]]);
});

it.each(["", "{", "null", '{"userId":1}'])("is nobody when %j is stored", async (stored) => {
  localStorage.setItem("chat.lastUser", stored);
  expect(await signedInUser(unreachable())).toBeNull();
});

it("is signed in where the browser has no room to remember it", async () => {
  const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await signIn();
  expect([full.mock.calls.length, useAccountStore().user, isSomebodyRemembered()]).toEqual([1, ME, false]);
});
