import fc from "fast-check";
import { expect, it } from "vitest";
import { isRoomId } from "@/protocol/frames";
import { publicName } from "./publicName";

it.each([
  ["Operations & Support", "operations-support"],
  [" Café Größe ", "cafe-gro-e"],
  ["日本語", ""],
])("names a room “%s” %s", (title, name) => expect(publicName(title)).toBe(name));

it("makes a name that a room can have, or none", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (title) => {
      const name = publicName(title);
      expect(name === "" || (isRoomId(name) && !name.startsWith("~"))).toBe(true);
    }),
  );
});
