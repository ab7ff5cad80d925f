import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import type { Membership } from "@/protocol/roomFrames";
import { useConnectionStore } from "@/stores/connection";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useOutboxStore } from "@/stores/outbox";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";
import { fakeChat } from "@/testing/page";
import { useAccountRooms } from "./useAccountRooms";

const PRIVATE = `~p${"1".repeat(32)}`;
function membership(roomId: string, rest: Partial<Membership> = {}): Membership {
  return { roomId, userId: "me", username: "Me", role: "member", joinedAt: 1, mutedUntil: null, bannedUntil: null, lastRead: null, notify: "all", ...rest };
}
let scope: EffectScope;

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  scope = effectScope();
});
afterEach(() => scope.stop());

async function connect(...pages: Membership[][]) {
  const chat = fakeChat();
  pages.forEach((memberships, index) => {
    const nextCursor = index + 1 < pages.length ? `page ${index + 1}` : null;
    vi.mocked(chat.ask).mockResolvedValueOnce({ type: "memberships", data: { memberships, nextCursor } });
  });
  scope.run(() => useAccountRooms(chat));
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  return chat;
}

it("adds the rooms of the account, over all pages, to those that are joined here", async () => {
  useRoomsStore().join("ops");
  const room = { roomId: PRIVATE, kind: "private" as const, title: "Board", topic: "", createdAt: 1 };
  await connect([membership(PRIVATE, { role: "owner", room })], [membership("design", { lastRead: "0000000000001#a" })]);
  expect(useRoomsStore().joined).toEqual(["global", "ops", PRIVATE, "design"]);
  expect(useRoomsStore().readTo("design")).toBe("0000000000001#a");
  expect(useKnownRoomsStore().rooms.get(PRIVATE)?.title).toBe("Board");
  expect(useKnownRoomsStore().mayInvite(PRIVATE)).toBe(true);
});

it("takes over what the account has counted as unread, and what it wants to be told", async () => {
  await connect([membership("design", { lastRead: "0000000000001#a", unread: { count: 7, more: false }, notify: "mentions" })]);
  expect(useRoomsStore().unread("design", "me")).toBe(7);
  expect(useRoomChoicesStore().levelOf("design")).toBe("mentions");
});

it("joins no room for what is kept of somebody who is no member", async () => {
  await connect([membership("design", { role: "none", notify: "none" })]);
  expect(useRoomsStore().joined).toEqual(["global"]);
  expect(useRoomChoicesStore().levelOf("design")).toBe("none");
});

it("brings back neither what was left here nor what the user is banned from", async () => {
  useRoomsStore().join("design");
  await connect([]);
  useRoomsStore().leave("design");
  scope.stop();
  scope = effectScope();
  useConnectionStore().change({ kind: "offline" });
  await connect([membership("design"), membership("ops", { bannedUntil: Date.now() + 1_000 })]);
  expect(useRoomsStore().joined).toEqual(["global"]);
});

it("takes over what was read on another device, and asks again when something changes", async () => {
  const chat = await connect([membership("design")]);
  const told = vi.mocked(chat.onAccount).mock.calls[0]?.[0];
  void told?.({ type: "read", data: { roomId: "design", sortKey: "0000000000002#a" } });
  expect(useRoomsStore().readTo("design")).toBe("0000000000002#a");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "memberships", data: { memberships: [membership("ops")], nextCursor: null } });
  void told?.({ type: "membership", data: { roomId: "ops" } });
  await flushPromises();
  expect(useRoomsStore().joined).toContain("ops");
});

it("says of a room on the screen that one is banned from it, and until when", async () => {
  const until = Date.now() + 1_000;
  await connect([membership("global", { bannedUntil: until })]);
  expect(useRoomsStore().refusals.get("global")).toBe("BANNED");
  expect(useKnownRoomsStore().bans.get("global")).toBe(until);
});

it("leaves the list alone where the server does not answer", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValue(new Error("no"));
  scope.run(() => useAccountRooms(chat));
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  expect(useRoomsStore().joined).toEqual(["global"]);
});

it("asks until when a mute lasts once a message is refused for it, and whether it was ended early", async () => {
  vi.useFakeTimers();
  const chat = await connect([]);
  const muted = [membership("ops", { mutedUntil: Date.now() + 3_600_000 })];
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "memberships", data: { memberships: muted, nextCursor: null } });
  useOutboxStore().queue({ clientMessageId: "1", roomId: "ops", content: "hm", failure: null });
  useOutboxStore().fail("1", "MUTED");
  await flushPromises();
  expect(useKnownRoomsStore().mutes.get("ops")).toBe(muted[0]?.mutedUntil);
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "memberships", data: { memberships: [membership("ops")], nextCursor: null } });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(useKnownRoomsStore().mutes.size).toBe(0);
  vi.useRealTimers();
});
