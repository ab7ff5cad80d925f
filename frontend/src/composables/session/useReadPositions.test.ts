import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { ConnectionLost, RequestRefused } from "@/protocol/errors";
import { useConnectionStore } from "@/stores/connection";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";
import { fakeChat } from "@/testing/page";
import { useReadPositions } from "./useReadPositions";

let scope: EffectScope;

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  scope = effectScope();
  useKnownRoomsStore().learnRole({ roomId: "ops", role: "member" });
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

function start() {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "ack" });
  useConnectionStore().change({ kind: "online" });
  scope.run(() => useReadPositions(chat));
  return chat;
}
async function read(roomId: string, sortKey: string): Promise<void> {
  useRoomsStore().markRead(roomId, sortKey);
  await flushPromises();
}

it("tells once, when reading pauses, how far a room was read", async () => {
  const chat = start();
  await read("ops", "1");
  await read("ops", "2");
  expect(chat.ask).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  await read("design", "1");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(vi.mocked(chat.ask).mock.calls).toEqual([["markRead", { roomId: "ops", sortKey: "2" }]]);
});

it("tells of the other rooms where one is refused, and of that not again", async () => {
  const chat = start();
  useKnownRoomsStore().learnRole({ roomId: "design", role: "member" });
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestRefused("FORBIDDEN"));
  await read("ops", "1");
  await read("design", "1");
  await vi.advanceTimersByTimeAsync(2_000);
  await read("global", "1");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(vi.mocked(chat.ask).mock.calls.map(([, data]) => data)).toEqual([{ roomId: "ops", sortKey: "1" }, { roomId: "design", sortKey: "1" }]);
});

it("tells nothing that the account knows, from here or from elsewhere", async () => {
  const chat = start();
  useKnownRoomsStore().learnRead("ops", "2");
  await read("ops", "2");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(chat.ask).not.toHaveBeenCalled();
});

it("tells with the next connection what was not heard", async () => {
  const chat = start();
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  await read("ops", "1");
  await vi.advanceTimersByTimeAsync(2_000);
  useConnectionStore().change({ kind: "waiting", retryAt: 0 });
  await flushPromises();
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  expect(vi.mocked(chat.ask).mock.calls).toEqual(Array(2).fill(["markRead", { roomId: "ops", sortKey: "1" }]));
});

it("tells nothing of a room that is marked as unread, until it is opened again", async () => {
  const chat = start();
  const choices = useRoomChoicesStore();
  choices.choose("markedUnread", "ops", true);
  await read("ops", "1");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(chat.ask).not.toHaveBeenCalled();
  choices.choose("markedUnread", "ops", false);
  await flushPromises();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(vi.mocked(chat.ask).mock.calls).toEqual([["markRead", { roomId: "ops", sortKey: "1" }]]);
});

it("tells again, with what is read next, what was not heard", async () => {
  const chat = start();
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  await read("ops", "1");
  await vi.advanceTimersByTimeAsync(2_000);
  await read("ops", "2");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(chat.ask).toHaveBeenLastCalledWith("markRead", { roomId: "ops", sortKey: "2" });
});
