import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RequestRefused } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";
import { applyAnswer, applyChanges } from "@/protocol/presence/presence";
import type { Profile } from "@/protocol/roomFrames";
import { useConnectionStore } from "@/stores/connection";
import { usePresenceStore } from "@/stores/presence";
import { useProfilesStore } from "@/stores/profiles";
import { NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import LastSeenSetting from "./LastSeenSetting.vue";
import PresenceLine from "./PresenceLine.vue";

const MINUTE_MS = 60_000;
const MINE: Profile = { userId: "me", handle: "me.1", displayName: "Me", status: "", showLastSeen: false };
const BOB: Profile = { userId: "b0b", handle: "bob", displayName: "Bob", status: "" };

beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ["Date", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** Bob's line in a conversation of two, of whom those are there; null where they are not listed. */
async function line(there: readonly string[] | null, profile: Profile | null, ahead = 0) {
  const chat = fakeChat();
  vi.mocked(chat.serverTime).mockImplementation(() => Date.now() + ahead);
  const page = mountPage(PresenceLine, { chat, props: { userId: "b0b", roomId: "ops" } });
  useConnectionStore().change({ kind: "online" });
  const members = there?.map((userId) => ({ userId, username: userId })) ?? null;
  usePresenceStore().update("ops", (known) => applyAnswer(known, { roomId: "ops", members, online: members?.length ?? 500, more: false, at: NOW }));
  if (profile) useProfilesStore().learn(profile);
  await flushPromises();
  return page;
}

it.each([
  ["was here five minutes ago", [], { ...BOB, lastSeenAt: NOW - 5 * MINUTE_MS }, "Last seen 5 minutes ago"],
  ["is there, whenever they were before", ["b0b"], { ...BOB, lastSeenAt: NOW - 5 * MINUTE_MS }, "Online"],
  ["wants nothing told", [], BOB, ""],
  ["is not known yet", [], null, ""],
  ["may be among too many to list", null, { ...BOB, lastSeenAt: NOW - 5 * MINUTE_MS }, ""],
] as const)("says of who %s what is known", async (_who, there, profile, text) => {
  expect((await line(there, profile)).text()).toBe(text);
});

it("goes by the server's clock, and with it", async () => {
  const page = await line([], { ...BOB, lastSeenAt: NOW }, 7 * MINUTE_MS);
  expect(page.text()).toBe("Last seen 7 minutes ago");
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(page.text()).toBe("Last seen 8 minutes ago");
});

it("says nothing while there is no connection: they may have come meanwhile", async () => {
  const page = await line([], { ...BOB, lastSeenAt: NOW });
  useConnectionStore().change({ kind: "offline" });
  await flushPromises();
  expect(page.text()).toBe("");
});

it("asks with each look, and anew once they leave, since a profile that is known does not tell of that", async () => {
  await line([], BOB);
  expect(useProfilesStore().take(10)).toEqual(["b0b"]);
  const change = (online: boolean, at: number) => usePresenceStore().update("ops", (known) => applyChanges(known, [{ userId: "b0b", username: "Bob", online, at }]));
  change(true, NOW + 1);
  await flushPromises();
  expect(useProfilesStore().take(10)).toEqual([]);
  change(false, NOW + 2);
  await flushPromises();
  expect(useProfilesStore().take(10)).toEqual(["b0b"]);
});

function settings() {
  const chat = fakeChat();
  const page = mountPage(LastSeenSetting, { chat });
  return { chat, page, control: () => page.get("[role=switch]") };
}

it("is off at first, can be switched once the server has told, and takes effect at once", async () => {
  const { chat, control } = settings();
  expect([control().attributes("aria-checked"), control().attributes("disabled")]).toEqual(["false", ""]);
  expect(useProfilesStore().wanted).toEqual(["me"]);
  useProfilesStore().learn(MINE);
  await flushPromises();
  const answer = Promise.withResolvers<Reply>();
  vi.mocked(chat.ask).mockReturnValueOnce(answer.promise);
  await control().trigger("click");
  expect([control().attributes("aria-checked"), vi.mocked(chat.ask).mock.calls]).toEqual(["true", [["setProfile", { showLastSeen: true }]]]);
  answer.resolve({ type: "profile", data: { ...MINE, showLastSeen: true } });
  await flushPromises();
  expect(control().attributes("aria-checked")).toBe("true");
});

it("goes back where the server refuses, and says why", async () => {
  const { chat, page, control } = settings();
  useProfilesStore().learn({ ...MINE, showLastSeen: true });
  await flushPromises();
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestRefused("RATE_LIMITED"));
  await control().trigger("click");
  await flushPromises();
  expect([control().attributes("aria-checked"), page.get("[role=alert]").text()]).toEqual(["true", expect.stringMatching(/./)]);
});

it("names itself and what it means to a screen reader", () => {
  const { page, control } = settings();
  const named = (attribute: string) => page.get(`[id="${control().attributes(attribute)}"]`).text();
  expect([named("aria-labelledby"), named("aria-describedby")]).toEqual(["Show when I was last here", expect.stringContaining("except those you block")]);
});
