import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick, type EffectScope } from "vue";
import { restart } from "@/protocol/rooms/timeline";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { useRetention } from "./useRetention";

const HOUR_MS = 60 * 60 * 1_000;
const ROOM = { roomId: "ops", kind: "public" as const, title: "Operations", topic: "", createdAt: 1 };
let scope: EffectScope;
/** How old in hours what is left is, as of the beginning. */
const left = (roomId = "ops") => useRoomsStore().timeline(roomId).messages.map(({ createdAt }) => (NOW - createdAt) / HOUR_MS);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  setActivePinia(createPinia());
  const rooms = useRoomsStore();
  rooms.join("ops");
  const said = [100, 30, 23, 1].map((hours) => message(NOW - hours * HOUR_MS, { roomId: "ops" }));
  rooms.update("ops", (timeline) => restart(timeline, said, true));
  scope = effectScope();
  scope.run(() => useRetention({ serverTime: Date.now }));
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

it("forgets what the room keeps no longer, once that is known and while the page stays open", async () => {
  expect(left()).toEqual([100, 30, 23, 1]);
  useKnownRoomsStore().learn({ ...ROOM, retentionDays: 1 });
  await nextTick();
  expect(left()).toEqual([23, 1]);
  // What was loaded before may still be on the server.
  expect(useRoomsStore().timeline("ops").hasOlder).toBe(true);
  await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
  expect(left()).toEqual([1]);
});

it("forgets nothing where a room keeps all, or where nothing is loaded", async () => {
  useRoomsStore().join("empty");
  useKnownRoomsStore().learn(ROOM);
  useKnownRoomsStore().learn({ ...ROOM, roomId: "empty", retentionDays: 1 });
  await vi.advanceTimersByTimeAsync(24 * HOUR_MS);
  expect([left(), useRoomsStore().timeline("empty").hasOlder]).toEqual([[100, 30, 23, 1], null]);
});
