import fc from "fast-check";
import { expect, it } from "vitest";
import { excerpt } from "./excerpt";

const hits = (text: string, query: string) => excerpt(text, query).filter(({ hit }) => hit).map((piece) => piece.text);
const shown = (text: string, query: string) => excerpt(text, query).map((piece) => piece.text).join("");

it.each([
  ["A cup of TEA, teapot", "tea", ["TEA", "teapot"]],
  ["A cup of TEA, teapot", "tea ", ["TEA"]],
  ["Straße und Weg", "weg strasse", ["Straße", "Weg"]],
  ["你好吗", "好吗", ["好吗"]],
  ["ΟΔΟΣΤΡΩΜΑ", "ΟΔΟΣ", ["ΟΔΟΣΤΡΩΜΑ"]],
  ["你好吗", "你好 好吗", ["你好"]],
  [`${"你".repeat(400)}好吗`, "你你 好吗", ["你你"]],
  ["𠮷".repeat(60) + " needle", "needle", ["needle"]],
  ["fine 👍🏽", "👍", ["👍"]],
  ["<b>bold</b>", "bold", ["bold"]],
  ["nothing", "else", []],
  ["nothing", "", []],
])("marks in %j what %j asks for", (text, query, marked) => {
  expect(hits(text, query)).toEqual(marked);
});

it("shows what is around a word far inside", () => {
  const text = `${"before ".repeat(100)}needle ${"after ".repeat(100)}`;
  expect(shown(text, "needle")).toMatch(/^…(before )+needle (after )+/);
  expect(hits(text, "needle")).toEqual(["needle"]);
  expect(shown(text, "needle").length).toBeLessThan(310);
});

it("shows a part of the text, whole characters alone, whatever they say", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), fc.string({ unit: "binary", maxLength: 20 }), (text, query) => {
      const part = shown(text, query);
      expect(text).toContain(part.startsWith("…") && !text.startsWith("…") ? part.slice(1) : part);
      expect(part.isWellFormed()).toBe(true);
    }),
  );
});

it("ends with what was asked for where the text does, and with no empty piece", () => {
  expect(excerpt("a tea", "tea")).toEqual([{ text: "a ", hit: false }, { text: "tea", hit: true }]);
  expect(excerpt("", "tea")).toEqual([]);
});

it("begins at a whole character where no space is near", () => {
  expect(shown(`x${"𠮷".repeat(30)}-needle`, "needle")).toBe(`…${"𠮷".repeat(19)}-needle`);
});
