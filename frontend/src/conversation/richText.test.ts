import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { richText, type Inline } from "./richText";

const inlines = (content: string): Inline[] =>
  richText(content).flatMap((block) => (block.kind === "paragraph" ? block.inlines : []));

it("keeps plain text and its line breaks as they are", () => {
  expect(richText("one\n  <b>two</b>")).toEqual([
    { kind: "paragraph", inlines: [{ kind: "text", text: "one\n  <b>two</b>" }] },
  ]);
});

it("finds links in the midst of text", () => {
  expect(inlines("see https://example.com/a?b=(c) or a@b.example.")).toEqual([
    { kind: "text", text: "see " },
    { kind: "link", text: "https://example.com/a?b=(c)", href: "https://example.com/a?b=(c)" },
    { kind: "text", text: " or " },
    { kind: "link", text: "a@b.example", href: "mailto:a@b.example" },
    { kind: "text", text: "." },
  ]);
});

describe("code", () => {
  it("is kept verbatim, in spans and in blocks", () => {
    expect(richText("run `a https://b.example`:\n```ts\nlet x = `1`;\n```\ndone")).toEqual([
      {
        kind: "paragraph",
        inlines: [
          { kind: "text", text: "run " },
          { kind: "code", text: "a https://b.example" },
          { kind: "text", text: ":" },
        ],
      },
      { kind: "codeBlock", text: "let x = `1`;" },
      { kind: "paragraph", inlines: [{ kind: "text", text: "done" }] },
    ]);
  });

  it("that is not closed stays text", () => {
    expect(inlines("a ` b")).toEqual([{ kind: "text", text: "a ` b" }]);
    expect(inlines("``` c")).toEqual([{ kind: "text", text: "``` c" }]);
  });
});

it.each(["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//example.com", "main.py"])(
  "makes no link of %s",
  (text) => expect(inlines(text).every(({ kind }) => kind === "text")).toBe(true),
);

it("links to nothing but web and mail addresses, whatever is typed", () => {
  const piece = fc.constantFrom("http://", "javascript:", "example.com", "`", "```", "\n", " ", "a@b.example", "<", "[");
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ unit: "grapheme" })), { maxLength: 12 }), (pieces) => {
      for (const inline of inlines(pieces.join(""))) {
        if (inline.kind === "link") expect(inline.href).toMatch(/^(https?:\/\/|mailto:)/i);
      }
    }),
  );
});
