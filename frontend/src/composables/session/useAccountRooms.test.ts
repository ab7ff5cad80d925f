import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { RequestRefused, RequestTimedOut, TokenUnavailable } from "@/protocol/errors";
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

it.each(["while the account is told", "once the account was told"])("keeps a level that is chosen %s, whatever was asked before that", async (when) => {
  const chat = fakeChat();
  let [answer, tell] = [(): void => undefined, (): void => undefined];
  vi.mocked(chat.ask).mockImplementation((action) => {
    if (action === "setNotify") return new Promise((resolve) => (tell = () => resolve({ type: "ack" })));
    const old = { memberships: [membership("design", { notify: "all" })], nextCursor: null };
    return new Promise((resolve) => (answer = () => resolve({ type: "memberships", data: old })));
  });
  scope.run(() => useAccountRooms(chat));
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  const choices = useRoomChoicesStore();
  const told = choices.chooseLevel("design", "none", (notify) => chat.ask("setNotify", { roomId: "design", notify }));
  if (when.startsWith("once")) {
    tell();
    await told;
  }
  answer();
  await flushPromises();
  expect(choices.levelOf("design")).toBe("none");
  tell();
  await told;

  // What is asked from then on counts again: another device has chosen since.
  useConnectionStore().change({ kind: "connecting" });
  await flushPromises();
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  answer();
  await flushPromises();
  expect(choices.levelOf("design")).toBe("all");
});

it("joins no room for what is kept of somebody who is no member", async () => {
  await connect([membership("design", { role: "none", notify: "none" })]);
  expect(useRoomsStore().joined).toEqual(["global"]);
  expect(useRoomChoicesStore().levelOf("design")).toBe("none");
});

it("has the favourites of the account, also where it is no member, and what is marked as unread", async () => {
  useRoomChoicesStore().hear(new Map([["gone", { favourite: true, markedUnread: true }]]), 0);
  const chat = await connect([membership("design", { role: "none", favourite: true }), membership("ops", { markedUnread: true })]);
  const choices = useRoomChoicesStore();
  expect(useRoomsStore().joined).toEqual(["global", "design", "ops"]);
  expect([[...choices.favourites], [...choices.markedUnread]]).toEqual([["design"], ["ops"]]);
  const told = vi.mocked(chat.onAccount).mock.calls[0]?.[0];
  void told?.({ type: "read", data: { roomId: "ops", sortKey: "0000000000002#a" } });
  expect(choices.markedUnread.size).toBe(0);
});

it("has a private room that one was let into anew in the list again, though it was left here for good", async () => {
  await connect([membership(PRIVATE)]);
  useKnownRoomsStore().learnRole({ roomId: PRIVATE, role: "none" });
  useRoomsStore().leave(PRIVATE);
  useConnectionStore().change({ kind: "offline" });
  await connect([membership(PRIVATE)]);
  expect(useRoomsStore().joined).toContain(PRIVATE);
});

it("remembers of no private room that it was left here, once one is no member", async () => {
  await connect([membership(PRIVATE)]);
  useRoomsStore().leave(PRIVATE);
  useConnectionStore().change({ kind: "offline" });
  await connect([]);
  expect(useRoomsStore().joined).not.toContain(PRIVATE);
  useConnectionStore().change({ kind: "offline" });
  await connect([membership(PRIVATE)]);
  expect(useRoomsStore().joined).toContain(PRIVATE);
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

it("asks a room anew that a ban is over of, by what is told or by the clock", async () => {
  vi.useFakeTimers();
  const rooms = useRoomsStore();
  const chat = await connect([membership("global", { role: "none", bannedUntil: Date.now() + 90_000 })]);
  expect(chat.enterAnew).toHaveBeenCalledExactlyOnceWith("global");
  await vi.advanceTimersByTimeAsync(120_000);
  expect([vi.mocked(chat.enterAnew).mock.calls.length, rooms.refusals.get("global")]).toEqual([2, "BANNED"]);
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "memberships", data: { memberships: [], nextCursor: null } });
  void vi.mocked(chat.onAccount).mock.calls[0]?.[0]({ type: "membership", data: { roomId: "elsewhere" } });
  await flushPromises();
  expect(chat.enterAnew).toHaveBeenCalledTimes(3);
  vi.useRealTimers();
});

it("asks a private room anew that one was removed from or let into again, and is no member where that is told", async () => {
  const chat = await connect([membership(PRIVATE, { role: "moderator" })]);
  const rooms = useRoomsStore();
  const told = vi.mocked(chat.onAccount).mock.calls[0]?.[0];
  async function change(...memberships: Membership[]): Promise<void> {
    vi.mocked(chat.ask).mockResolvedValueOnce({ type: "memberships", data: { memberships, nextCursor: null } });
    void told?.({ type: "membership", data: { roomId: "elsewhere" } });
    await flushPromises();
  }
  await change();
  expect([vi.mocked(chat.enterAnew).mock.calls, useKnownRoomsStore().moderates(PRIVATE)]).toEqual([[[PRIVATE]], false]);
  rooms.refuse(PRIVATE, "FORBIDDEN");
  await change();
  expect(chat.enterAnew).toHaveBeenCalledOnce();
  await change(membership(PRIVATE));
  expect(chat.enterAnew).toHaveBeenCalledTimes(2);
});

it("asks a room anew of which it is told that something has changed: one may have been put out and let in again", async () => {
  const chat = await connect([membership("global")]);
  vi.mocked(chat.ask).mockResolvedValue({ type: "memberships", data: { memberships: [membership("global")], nextCursor: null } });
  for (const roomId of ["global", "elsewhere"]) void vi.mocked(chat.onAccount).mock.calls[0]?.[0]({ type: "membership", data: { roomId } });
  await flushPromises();
  expect(chat.enterAnew).toHaveBeenCalledExactlyOnceWith("global");
});

it("is in a room that was entered while the account was asked", async () => {
  const chat = await connect([]);
  vi.mocked(chat.ask).mockImplementationOnce(async () => {
    useKnownRoomsStore().learnRole({ roomId: PRIVATE, role: "owner" });
    useRoomsStore().activate(PRIVATE);
    return { type: "memberships", data: { memberships: [], nextCursor: null } };
  });
  void vi.mocked(chat.onAccount).mock.calls[0]?.[0]({ type: "membership", data: { roomId: "ops" } });
  await flushPromises();
  expect([vi.mocked(chat.enterAnew).mock.calls, useKnownRoomsStore().roles.get(PRIVATE)]).toEqual([[], "owner"]);
});

it("asks until it is answered, on a connection that lives", async () => {
  vi.useFakeTimers();
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestTimedOut()).mockRejectedValueOnce(new RequestRefused("RATE_LIMITED", "", 2_000));
  vi.mocked(chat.ask).mockRejectedValueOnce(new TokenUnavailable());
  vi.mocked(chat.ask).mockResolvedValue({ type: "memberships", data: { memberships: [membership("design")], nextCursor: null } });
  scope.run(() => useAccountRooms(chat));
  useConnectionStore().change({ kind: "online" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect([useRoomsStore().joined, vi.mocked(chat.ask).mock.calls.length]).toEqual([["global", "design"], 4]);
  vi.useRealTimers();
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
