import fc from "fast-check";
import { expect, it } from "vitest";
import { bareLinks } from "./links";

const PIECES = ["http://", "HTTPS://", "https:", "www.", "WwW.a.example", "mailto:", "a@b.example", "@", "@ann", "a.example", "(", ".", "\u200b", "ſ", " ", "\n"];
const text = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "grapheme" })), { maxLength: 12 }).map((parts) => parts.join(""));

it("finds the same in a text, whatever else makes it search for all kinds of addresses", () => {
  fc.assert(
    fc.property(text, (content) => {
      expect(bareLinks(content)).toEqual(bareLinks(`${content} www.last.example last@last.example`).slice(0, -2));
    }),
  );
});
