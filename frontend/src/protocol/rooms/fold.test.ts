import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Change, Message } from "@/protocol/frames";
import { arbitraryChanges } from "@/testing/log";
import { message, NOW } from "@/testing/messages";
import { fold } from "./fold";

interface Table {
  cases: { name: string; message: Message; changes: Change[]; then: Message }[];
}
const TABLE = JSON.parse(readFileSync(new URL("../../../../docs/protocol/fold.json", import.meta.url), "utf8")) as Table;

describe("the table that client and server share", () => {
  it.each(TABLE.cases)("$name", ({ message: before, changes, then }) => expect(fold(before, changes)).toEqual(then));
});

const said = message(NOW, { messageId: "m" });
const changesOf = arbitraryChanges(12).map((make) => make([said.sortKey], NOW));

it("gives the same message whatever the order of changes, and however often and in how many parts they come", () => {
  const arrivals = changesOf.chain((changes) =>
    fc.tuple(fc.constant(changes), fc.shuffledSubarray([...changes, ...changes], { minLength: 2 * changes.length }), fc.nat(24)),
  );
  fc.assert(
    fc.property(arrivals, ([changes, twice, cut]) => {
      const part = fold(said, twice.slice(0, cut));
      expect(fold(part, twice)).toEqual(fold(said, changes));
    }),
  );
});

it("leaves its arguments as they are", () => {
  fc.assert(
    fc.property(changesOf, (changes) => {
      const before = JSON.stringify([said, changes]);
      fold(said, changes);
      expect(JSON.stringify([said, changes])).toBe(before);
    }),
  );
});
