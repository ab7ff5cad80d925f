import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick, type EffectScope } from "vue";
import { RequestTimedOut } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import { receiveChanges } from "@/protocol/rooms/changes";
import { receive, restart, sortKeyOf } from "@/protocol/rooms/timeline";
import { useAccountStore } from "@/stores/account";
import { useConnectionStore } from "@/stores/connection";
import { useMentionsStore } from "@/stores/mentions";
import { useProfilesStore } from "@/stores/profiles";
import { useRoomsStore } from "@/stores/rooms";
import { message, messages, NOW } from "@/testing/messages";
import { fakeChat, ME } from "@/testing/page";
import { useMentions } from "./useMentions";

let scope: EffectScope;
const mention = (second: number) => message(NOW + second * 1_000, { userId: "bob", content: "@me" });
const [oldest, older, newer, newest] = [1, 2, 3, 4].map(mention) as [Message, Message, Message, Message];

beforeEach(() => {
  setActivePinia(createPinia());
  useAccountStore().signedIn(ME);
  useProfilesStore().learn({ userId: ME.userId, handle: "me", displayName: "Me", status: "" });
  scope = effectScope();
});
afterEach(() => scope.stop());

async function connect(...pages: Message[][]) {
  const chat = fakeChat();
  pages.forEach((found, index) => {
    const nextCursor = index + 1 < pages.length ? (found.at(-1)?.sortKey ?? "") : null;
    vi.mocked(chat.ask).mockResolvedValueOnce({ type: "mentions", data: { messages: found, nextCursor, added: {} } });
  });
  scope.run(() => useMentions(chat));
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  return chat;
}

it("asks with a connection, as far back as something is unread", async () => {
  useRoomsStore().markRead("global", older.sortKey);
  const chat = await connect([newest, newer], [older], [oldest]);
  expect(vi.mocked(chat.ask).mock.calls).toEqual([["listMentions", {}], ["listMentions", { cursor: newer.sortKey }]]);
  expect(useMentionsStore().total).toBe(2);
});

it("learns of them as they come, and of nothing else", async () => {
  await connect([]);
  const rooms = useRoomsStore();
  rooms.update("global", (timeline) => restart(timeline, messages(1), true));
  await nextTick();
  rooms.update("global", (timeline) => receive(timeline, [newest, message(NOW + 61_000, { userId: "bob", content: "you" })]));
  await nextTick();
  expect([...useMentionsStore().known.keys()]).toEqual([newest.sortKey]);
});

const [before, after] = ["hi", "hi @me"];
const edit = (target: string, content: string, at: number) => ({
  roomId: "global", sortKey: sortKeyOf(at, "e"), kind: "edit" as const, target, userId: "bob", username: "Bob", createdAt: at, content,
});
async function edited(...changes: ReturnType<typeof edit>[]) {
  useRoomsStore().update("global", (timeline) => receiveChanges(timeline, changes));
  await nextTick();
}

it.each([true, false])("learns of one that an edit adds to what was read, loaded: %s, and that another takes away", async (isLoaded) => {
  await connect([]);
  const rooms = useRoomsStore();
  const said = message(NOW, { userId: "bob", content: before });
  const last = message(NOW + 1, { userId: "bob" });
  rooms.update("global", (timeline) => restart(timeline, isLoaded ? [said, last] : [last], isLoaded));
  rooms.markRead("global", last.sortKey);
  await nextTick();
  await edited(edit(said.sortKey, after, NOW + 5));
  expect(useMentionsStore().total).toBe(1);
  await edited(edit(said.sortKey, "hello @me", NOW + 6));
  expect(useMentionsStore().total).toBe(1);
  await edited(edit(said.sortKey, before, NOW + 7));
  expect(useMentionsStore().total).toBe(0);
});

it("forgets what the list has no more with the next connection", async () => {
  await connect([oldest]);
  expect(useMentionsStore().total).toBe(1);
  scope.stop();
  scope = effectScope();
  useConnectionStore().change({ kind: "offline" });
  await connect([]);
  expect(useMentionsStore().total).toBe(0);
});

it("asks again where no answer came", async () => {
  vi.useFakeTimers();
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestTimedOut());
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "mentions", data: { messages: [newest], nextCursor: null, added: {} } });
  scope.run(() => useMentions(chat));
  useConnectionStore().change({ kind: "online" });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(useMentionsStore().total).toBe(1);
  vi.useRealTimers();
});

it("lives without an answer", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValue(new Error("no"));
  scope.run(() => useMentions(chat));
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  expect(useMentionsStore().total).toBe(0);
});
