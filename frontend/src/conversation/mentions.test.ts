import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseFolded } from "./caseFolding";
import { addresses, mentionPlaces, mentionsIn } from "./mentions";

interface Table {
  cases: { name: string; content: string; handles: string[]; here: boolean }[];
}
const TABLE = JSON.parse(readFileSync(new URL("../../../docs/protocol/mentions.json", import.meta.url), "utf8")) as Table;

describe("the table that client and server share", () => {
  it.each(TABLE.cases)("$name", ({ content, handles, here }) => expect(mentionsIn(content)).toEqual({ handles, here }));
});

const PIECES = ["@", "@bob", "@here", "a", ".", "-", "`", "```", "~~~", "\n", " ", "https://", "/", "\\", "ß", "é", "\u200b"];
const text = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "grapheme" }))).map((parts) => parts.join(""));

it("finds each where it stands, whatever is written", () => {
  fc.assert(
    fc.property(text, (content) => {
      for (const { start, end, handle } of mentionPlaces(content)) {
        expect(content[start]).toBe("@");
        expect(caseFolded(content.slice(start + 1, end))).toBe(handle);
      }
    }),
  );
});

it.each([
  ["one's own handle", { content: "hi @bob" }, true],
  ["somebody else's", { content: "hi @alice" }, false],
  ["everybody", { content: "@here", mentionsHere: true }, true],
  ["everybody, by somebody who may not", { content: "@here" }, false],
  ["everybody, once it is edited away", { content: "never mind", mentionsHere: true }, false],
  ["oneself", { content: "@bob @here", userId: "b0b", mentionsHere: true }, false],
])("is addressed by a message to %s or not", (_, told, expected) => {
  expect(addresses({ userId: "a11ce", ...told }, "b0b", "bob")).toBe(expected);
});

it("addresses nobody whose handle is not known yet", () => {
  expect(addresses({ userId: "a11ce", content: "@undefined @bob" }, "b0b", undefined)).toBe(false);
});
