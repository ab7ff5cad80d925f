import fc from "fast-check";
import { expect, it } from "vitest";
import { sectionOf, sectionsOf, type ListedRoom } from "./sections";

const DIRECT = `~d${"0".repeat(32)}`;
const room = (roomId: string, { mentioned = false, unread = false, favourite = false } = {}): ListedRoom => ({ roomId, mentioned, unread, favourite });

it("puts what is new first, then what one likes, then the rest, people last", () => {
  const rooms = [room("a"), room(DIRECT), room("b", { favourite: true }), room("c", { unread: true, favourite: true }), room("d"), room("e", { mentioned: true, unread: true })];
  expect(sectionsOf(rooms, null)).toEqual([
    { name: "mentions", roomIds: ["e"] },
    { name: "unread", roomIds: ["c"] },
    { name: "favourites", roomIds: ["b"] },
    { name: "rooms", roomIds: ["a", "d"] },
    { name: "direct", roomIds: [DIRECT] },
  ]);
});

it("leaves the open room where it was opened", () => {
  expect(sectionsOf([room("a"), room("b")], { roomId: "b", section: "unread" })).toEqual([
    { name: "unread", roomIds: ["b"] },
    { name: "rooms", roomIds: ["a"] },
  ]);
});

it("has every room once, in the order they had", () => {
  const rooms = fc.uniqueArray(fc.record({ roomId: fc.constantFrom("a", "b", "c", "d", DIRECT), mentioned: fc.boolean(), unread: fc.boolean(), favourite: fc.boolean() }), {
    selector: ({ roomId }) => roomId,
  });
  fc.assert(
    fc.property(rooms, (given) => {
      const sections = sectionsOf(given, null);
      expect(sections.flatMap(({ roomIds }) => roomIds).sort()).toEqual(given.map(({ roomId }) => roomId).sort());
      for (const { name, roomIds } of sections) {
        expect(roomIds).toEqual(given.filter((each) => sectionOf(each) === name).map(({ roomId }) => roomId));
      }
    }),
  );
});
