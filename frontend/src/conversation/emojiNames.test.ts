import german from "emoji-picker-element-data/de/cldr/data.json";
import english from "emoji-picker-element-data/en/cldr/data.json";
import { describe, expect, it } from "vitest";
import { closedName, emojiNamed, emojiOf, openName } from "./emojiNames";

it.each([
  ["well :ta", { start: 5, name: "ta" }],
  [":+1", { start: 0, name: "+1" }],
  ["\n:grü", { start: 1, name: "grü" }],
  [":D", null],
  ["12:30", null],
  ["https://a.example:80", null],
  ["::tada", null],
  [":ta da", null],
  [":tada:", null],
])("finds the name that is being written in %j", (text, found) => expect(openName(text)).toEqual(found));

it.each([
  ["yes :tada:", { start: 4, name: "tada" }],
  ["at 12:30:", null],
  [":tada", null],
])("finds the name that was closed in %j", (text, found) => expect(closedName(text)).toEqual(found));

describe("an emoji", () => {
  it.each([
    ["tada", "🎉"],
    ["+1", "👍️"],
    ["thumbs_up", "👍️"],
    ["TADA", "🎉"],
  ])("has the name %s", (name, emoji) => expect(emojiOf(name, english)?.emoji).toBe(emoji));

  it("has German names, too", () => expect(emojiNamed("daum", german, 8).map(({ emoji }) => emoji)).toContain("👍️"));

  it("is not found by the beginning of its name alone", () => expect(emojiOf("thumbs_u", english)).toBeUndefined());

  it("whose whole name it is comes before one whose name begins so", () => {
    const found = emojiNamed("rocket", [{ emoji: "b", annotation: "", shortcodes: ["rocket_ship"] }, { emoji: "a", annotation: "", shortcodes: ["rocket"] }], 8);
    expect(found.map(({ emoji }) => emoji)).toEqual(["a", "b"]);
  });

  it("whose name begins so comes before one with such a tag", () => {
    const found = emojiNamed("rocket", [{ emoji: "a", annotation: "", tags: ["rockets"] }, { emoji: "b", annotation: "", shortcodes: ["rocket_ship"] }], 8);
    expect(found.map(({ emoji }) => emoji)).toEqual(["b", "a"]);
  });

  it("is one of a few", () => expect(emojiNamed("face", english, 8)).toHaveLength(8));
});
