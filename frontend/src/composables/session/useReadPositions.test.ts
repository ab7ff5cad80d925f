import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { ConnectionLost } from "@/protocol/errors";
import { useKnownRoomsStore } from "@/stores/knownRooms";
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

it("tells again, with what is read next, what was not heard", async () => {
  const chat = start();
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  await read("ops", "1");
  await vi.advanceTimersByTimeAsync(2_000);
  await read("ops", "2");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(chat.ask).toHaveBeenLastCalledWith("markRead", { roomId: "ops", sortKey: "2" });
});
