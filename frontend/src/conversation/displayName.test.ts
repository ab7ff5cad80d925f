import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayName, isBlank } from "./displayName";

const codePoint = fc.oneof(fc.nat(0x10ffff), fc.nat(0x3ff), fc.integer({ min: 0x2000, max: 0x206f }));

describe("a name", () => {
  it.each([
    ["turns nothing around", "\u202eecilA", "ecilA"],
    ["isolates nothing open", "\u2067Alice", "Alice"],
    ["has no twin with a hidden character", "Al\u200bice", "Al ice"],
    ["has no twin with a soft hyphen at its end", "Alice\u00ad", "Alice"],
    ["has no spaces at its edges, and one between words", "  Alice   B. ", "Alice B."],
    ["is one line", "Alice\nBob\u2028Carol", "Alice Bob Carol"],
    ["ends no line of a terminal", "\u001b[31mAlice", "[31mAlice"],
    ["keeps its joiners", "می‌خواهم 👩‍🚀", "می‌خواهم 👩‍🚀"],
    ["has no loose joiner", "Alice\u200d", "Alice"],
    ["is nothing if it shows nothing", "\u200b\u3164 \u2800", ""],
    ["keeps a few marks", "Zalgo\u0300\u0301\u0302\u0303\u0304\u0305", "Zalgo\u0300\u0301\u0302".normalize("NFC")],
    ["is the same however it is written", "Ame\u0301lie", "Am\u00e9lie"],
    ["may be of any script", "Zoë Ⅻ 王小明 أحمد", "Zoë Ⅻ 王小明 أحمد"],
  ])("%s", (_, name, shown) => expect(displayName(name)).toBe(shown));

  it("is shown the same when it is cleaned again, and has no control in it", () => {
    fc.assert(
      fc.property(fc.array(codePoint, { maxLength: 20 }), (codePoints) => {
        const name = codePoints.map((each) => String.fromCodePoint(each)).join("");
        const shown = displayName(name);
        return displayName(shown) === shown && !/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u.test(shown);
      }),
    );
  });
});

it.each([
  ["", true],
  [" \n\t", true],
  ["\u200b\u200b", true],
  ["\u3164", true],
  ["\u2800 \u00ad", true],
  [".", false],
  ["👩‍🚀", false],
])("%j is blank: %s", (text, blank) => expect(isBlank(text)).toBe(blank));
