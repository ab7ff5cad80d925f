import { createPinia, setActivePinia } from "pinia";
import { expect, it } from "vitest";
import { receiveChanges } from "@/protocol/rooms/changes";
import { receive, sortKeyOf } from "@/protocol/rooms/timeline";
import { DEFAULT_ROOM, useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { useLoadedChanges } from "./useLoadedChanges";

it("is the same until a change comes or a room goes, so that nobody looks again at each message", () => {
  setActivePinia(createPinia());
  const rooms = useRoomsStore();
  const changes = useLoadedChanges();
  const before = changes.value;
  const said = message(NOW);
  rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, [said]));
  expect(changes.value).toBe(before);
  const deletion = { roomId: DEFAULT_ROOM, target: said.sortKey, sortKey: sortKeyOf(NOW + 1, "d"), createdAt: NOW + 1, userId: "mo", username: "Mo", kind: "deletion" as const };
  rooms.update(DEFAULT_ROOM, (timeline) => receiveChanges(timeline, [deletion]));
  expect([...changes.value]).toEqual([[DEFAULT_ROOM, [deletion]]]);
  rooms.join("ops");
  rooms.leave(DEFAULT_ROOM);
  expect([...changes.value]).toEqual([["ops", []]]);
});
