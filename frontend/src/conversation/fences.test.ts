import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf, spansOf } from "./fences";

const text = (value: string) => ({ kind: "text", text: value });
const code = (value: string) => ({ kind: "code", text: value });

describe("a fence", () => {
  it.each([
    ["takes what stands between", "a\n```ts\nlet x\n```\nb", [text("a"), code("let x"), text("b")]],
    ["is not closed by backticks inside a line", "```\nconst fence = '```';\n```", [code("const fence = '```';")]],
    ["is not closed by a shorter one", "````\n```\ncode\n```\n````", [code("```\ncode\n```")]],
    ["is closed by a longer one", "```\ncode\n`````", [code("code")]],
    ["is not closed by one with a word", "```\na\n```ts\nb\n```", [code("a\n```ts\nb")]],
    ["may be of tildes", "~~~ `x`\n```\n~~~", [code("```")]],
    ["may be empty", "```\n```", [code("")]],
    ["keeps blank lines and spaces", "```\n\n  x \n\n```", [code("\n  x \n")]],
    ["never closed is text", "```\nlet x", [text("```\nlet x")]],
    ["opens at the start of a line only", "see ```\nx\n```", [text("see ```\nx\n```")]],
  ])("%s", (_, content, parts) => expect(blocksOf(content)).toEqual(parts));
});

describe("a span", () => {
  it.each([
    ["closes at as many backticks", "a ``b ` c`` d", [text("a "), code("b ` c"), text(" d")]],
    ["may begin with a backtick", "`` `a` ``", [code("`a`")]],
    ["of three on one line is a span", "```x```", [code("x")]],
    ["never closed is text", "a ` b", [text("a ` b")]],
    ["ends with its line", "a ` b\nc ` d", [text("a ` b\nc ` d")]],
  ])("%s", (_, line, parts) => expect(spansOf(line)).toEqual(parts));
});

it("loses nothing but the marks themselves", () => {
  const piece = fc.constantFrom("`", "```", "~~~", "\n", " ", "x", "ts", "````");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const content = pieces.join("");
      const kept = blocksOf(content).flatMap((part) => (part.kind === "code" ? [part] : spansOf(part.text)));
      const letters = (value: string) => value.replace(/[^x]/g, "").length;
      const shown = kept.reduce((sum, part) => sum + letters(part.text), 0);
      // The info string of a fence is not shown; it may hold an x.
      expect(shown).toBeLessThanOrEqual(letters(content));
      if (!/^ {0,3}(```|~~~)/m.test(content)) expect(shown).toBe(letters(content));
    }),
  );
});
