/** What the browser keeps may be another version's, or damaged: one entry that cannot be read takes no other with it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { OutboxEntry } from "@/protocol/outbox/outbox";
import { outboxOf } from "./outboxText";
import { readRooms } from "./sharedRooms";

const entry = (content: string): OutboxEntry => ({ clientMessageId: content, roomId: "global", content, failure: null });
const junk = fc.oneof(fc.jsonValue().filter((value) => !(typeof value === "string")), fc.constantFrom("two words", "", "~x"));

function mixed(known: readonly unknown[], between: readonly unknown[]): string {
  return JSON.stringify([between[0], ...known.flatMap((each, index) => [each, between[index + 1]])]);
}

it("reads the rest of the rooms, and of what is unsent", () => {
  fc.assert(
    fc.property(fc.array(junk, { minLength: 4, maxLength: 4 }), (between) => {
      expect(readRooms(mixed(["ops", "global", "design"], between))).toEqual(["ops", "global", "design"]);
      expect(outboxOf(mixed([entry("a"), entry("b")], between))).toEqual([entry("a"), entry("b")]);
    }),
  );
});

it.each(["", "{", "null", "{}", "7", "[]", "[7]", '"ops"'])("reads nothing of %j", (text) => {
  expect([readRooms(text), outboxOf(text)]).toEqual([null, []]);
});
