import fc from "fast-check";
import { expect, it } from "vitest";
import { roomsMeant } from "./switching";

const ROOMS = ["operations", "design-review", "shop", "global"].map((roomId) => ({ roomId, title: roomId }));
const meant = (query: string) => roomsMeant(query, ROOMS).map(({ roomId }) => roomId);

it.each([
  ["", ["operations", "design-review", "shop", "global"]],
  ["op", ["operations", "shop"]],
  ["REV", ["design-review"]],
  ["dr", ["design-review"]],
  [" glob ", ["global"]],
  ["zzz", []],
])("takes %j for %j", (query, rooms) => expect(meant(query)).toEqual(rooms));

it("finds a room by its title and by its name", () => {
  expect(roomsMeant("board", [{ roomId: "~p1", title: "Board" }])).toHaveLength(1);
  expect(roomsMeant("ops", [{ roomId: "ops", title: "Operations" }])).toHaveLength(1);
});

it("finds a room by any part of its title, whatever characters are in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat(), fc.nat(), (title, from, length) => {
      const query = title.toLowerCase().slice(from % title.length).slice(0, 1 + length);
      expect(roomsMeant(query, [{ roomId: "x", title }])).toHaveLength(1);
    }),
  );
});
