import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { AuthenticationFailed } from "@/auth/authentication";
import { RequestRefused } from "@/protocol/errors";
import { useAccountStore } from "@/stores/account";
import { useProfilesStore } from "@/stores/profiles";
import { userKey } from "@/tabs/userKeys";
import { fakeChat, fakeCognito, field, ME, mountPage } from "@/testing/page";
import DeleteAccount from "./DeleteAccount.vue";

beforeEach(() => localStorage.clear());

async function open() {
  const chat = fakeChat();
  const authentication = fakeCognito();
  const page = mountPage(DeleteAccount, { chat, authentication });
  useAccountStore().signedIn(ME);
  useProfilesStore().learn({ userId: "me", handle: "me.1", displayName: "Me", status: "" });
  await flushPromises();
  async function type(handle: string) {
    await field(page, "Type your handle, “me.1”, to confirm").setValue(handle);
    await page.get("form").trigger("submit");
    await flushPromises();
  }
  return { chat, authentication, page, type };
}

it("deletes the account, then the sign-in, then what the browser keeps, and says so at the door", async () => {
  const { chat, authentication, type } = await open();
  localStorage.setItem(userKey("me", "rooms"), "mine");
  localStorage.setItem(userKey("me2", "rooms"), "somebody else's");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "ack" });
  await type(" @Me.1 ");
  expect(chat.ask).toHaveBeenCalledExactlyOnceWith("deleteAccount", { handle: "me.1" });
  expect(authentication.deleteUser).toHaveBeenCalledBefore(authentication.signOut);
  const account = useAccountStore();
  expect([account.user, account.deleted]).toEqual([null, true]);
  expect(localStorage.getItem(userKey("me", "rooms"))).toBeNull();
  expect(localStorage.getItem(userKey("me2", "rooms"))).toBe("somebody else's");
});

it("asks for nothing until the handle is typed", async () => {
  const { chat, page, type } = await open();
  await type("me");
  expect(page.text()).toContain("That is not your handle.");
  expect(chat.ask).not.toHaveBeenCalled();
});

it("keeps the account, and says why, where the server refuses", async () => {
  const { chat, authentication, page, type } = await open();
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestRefused("RATE_LIMITED"));
  await type("me.1");
  expect(page.get("[role=alert]").text()).not.toBe("");
  expect(authentication.deleteUser).not.toHaveBeenCalled();
  expect(useAccountStore().user).toEqual(ME);
});

it("signs out where the pool does not delete the user: the server refuses them all the same", async () => {
  const { chat, authentication, type } = await open();
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "ack" });
  authentication.deleteUser.mockRejectedValueOnce(new AuthenticationFailed("unreachable"));
  await type("me.1");
  expect(authentication.signOut).toHaveBeenCalledOnce();
  expect(useAccountStore().deleted).toBe(true);
});

it("says so also where the server ends the session before the pool has answered", async () => {
  const { chat, authentication, type } = await open();
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "ack" });
  authentication.deleteUser.mockReturnValueOnce(new Promise(() => undefined));
  await type("me.1");
  const account = useAccountStore();
  account.sessionExpired();
  expect([account.user, account.deleted]).toEqual([null, true]);
});

it("says what it waits for while the handle is not known, and asks for it then", async () => {
  const page = mountPage(DeleteAccount);
  expect(page.get("[data-testid=handle-unknown]").text()).toContain("not loaded yet");
  useProfilesStore().learn({ userId: "me", handle: "me.1", displayName: "Me", status: "" });
  await flushPromises();
  expect([page.find("[data-testid=handle-unknown]").exists(), page.find("form").exists()]).toEqual([false, true]);
});

it("says what is wrong in the language that is chosen since", async () => {
  const { page, type } = await open();
  await type("me");
  page.vm.$i18n.locale = "de";
  await flushPromises();
  expect(page.text()).toContain("Das ist nicht dein Kontoname.");
});
