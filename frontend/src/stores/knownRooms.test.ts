import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { notice } from "@/testing/log";
import { useKnownRoomsStore } from "./knownRooms";

const ROOM = { roomId: "ops", kind: "public", title: "Ops", topic: "Old", createdAt: 0 } as const;

beforeEach(() => setActivePinia(createPinia()));

it("knows what a room is called and keeps from now on, once that is told", () => {
  const known = useKnownRoomsStore();
  known.learn(ROOM);
  known.hear(notice(1, { roomId: "ops", event: "titled", text: "Operations" }));
  known.hear(notice(2, { roomId: "ops", event: "topicSet", text: "" }));
  known.hear(notice(3, { roomId: "ops", event: "retentionSet", days: 7 }));
  expect(known.rooms.get("ops")).toEqual({ ...ROOM, title: "Operations", topic: "", retentionDays: 7 });
});

it("keeps what it knows where the log says no more than that it was changed, and of rooms that it does not know", () => {
  const known = useKnownRoomsStore();
  known.learn(ROOM);
  known.hear(notice(1, { roomId: "ops", event: "topicSet" }));
  known.hear(notice(2, { roomId: "ops", event: "joined", text: "x" }));
  known.hear(notice(3, { roomId: "elsewhere", event: "titled", text: "x" }));
  expect([...known.rooms.values()]).toEqual([ROOM]);
});
