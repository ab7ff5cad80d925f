import fc from "fast-check";
import { expect, it } from "vitest";
import { hueOf, initials } from "./avatar";

it.each([
  ["Alice", "A"],
  ["Ada Lovelace", "AL"],
  ["Jean-Luc Picard", "JP"],
  ["ada.lovelace", "AL"],
  ["نور الهدى", "نا"],
  ["👩🏽‍🚀 Sally", "👩🏽‍🚀S"],
  ["(Bob)", "B"],
  ["e\u0301mile K\u0308", "E\u0301K\u0308"],
  ["x\u200d", "X\u200d"],
  ["…", "?"],
  ["", "?"],
])("of %j are %s", (name, letters) => expect(initials(name)).toBe(letters));

it("are two letters at most, whatever somebody is called", () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (name) => {
    const count = [...segmenter.segment(initials(name))].length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(4); // "ß" and ligatures are two letters in capitals
  }));
});

it("has a hue for everybody, and not the same for neighbours in the alphabet", () => {
  const hues = Array.from({ length: 26 }, (_, index) => hueOf(`user-${String.fromCharCode(97 + index)}`));
  expect(new Set(hues).size).toBeGreaterThan(13);
  for (const hue of hues) expect(hue).toBeLessThan(360);
});
