import { createPinia, setActivePinia } from "pinia";
import fc from "fast-check";
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

it("knows the last of the log, in whatever order and however often it is told", () => {
  const places = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(places, (order) => {
      setActivePinia(createPinia());
      const known = useKnownRoomsStore();
      known.learn(ROOM);
      for (const at of order) known.hear(notice(at + 1, { roomId: "ops", event: "titled", text: `title ${at}` }));
      expect(known.rooms.get("ops")?.title).toBe(`title ${Math.max(...order)}`);
    }),
  );
});

it("keeps what it knows where the log says no more than that it was changed, and of rooms that it does not know", () => {
  const known = useKnownRoomsStore();
  known.learn(ROOM);
  known.hear(notice(1, { roomId: "ops", event: "topicSet" }));
  known.hear(notice(2, { roomId: "ops", event: "joined", text: "x" }));
  known.hear(notice(3, { roomId: "elsewhere", event: "titled", text: "x" }));
  expect([...known.rooms.values()]).toEqual([ROOM]);
});
