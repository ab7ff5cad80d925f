import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText, richText, type Block, type Inline } from "./richText";

const text = (value: string): Inline => ({ kind: "text", text: value });
const code = (value: string): Inline => ({ kind: "code", text: value });
const paragraph = (...inlines: Inline[]): Block => ({ kind: "paragraph", inlines });
const link = (shown: string, href: string, leadsTo: string | null = null): Inline => ({ kind: "link", href, leadsTo, inlines: [text(shown)] });
const inlines = (content: string) => richText(content).flatMap((block) => (block.kind === "paragraph" ? block.inlines : []));

/** Every inline of the blocks, also within others. */
function everyInline(blocks: readonly Block[]): Inline[] {
  const within = (inline: Inline): Inline[] => [inline, ...("inlines" in inline ? inline.inlines.flatMap(within) : [])];
  return blocks.flatMap((block) => {
    if (block.kind === "paragraph") return block.inlines.flatMap(within);
    if (block.kind === "codeBlock") return [];
    return everyInline(block.kind === "quote" ? block.blocks : block.items.flat());
  });
}

it.each([
  "one\n  <b>two</b>",
  "# no heading\n---\n| a | b |\n|---|---|",
  "    indented",
  "a\n<div>\nb",
  "[ref]: /url",
  "2 * 3 * 4 and snake_case_name, ~5",
  "__init__ and __a b__",
  ">_< and 5.",
  "5.",
  "- ",
  "&amp; &#x26;",
  "a ` b",
  "``` c",
  "```\nnever closed",
  "a ` b\nc ` d",
  "![image](x)",
])("keeps %j as it is, line breaks too", (content) => {
  expect(everyInline(richText(content)).map((inline) => ("text" in inline ? inline.text : "")).join("")).toBe(content);
});

it("parts paragraphs at blank lines", () => expect(richText("a\nb\n\nc")).toEqual([paragraph(text("a\nb")), paragraph(text("c"))]));

describe("emphasis", () => {
  it.each<[string, Inline[]]>([
    ["**a** b", [{ kind: "strong", inlines: [text("a")] }, text(" b")]],
    ["*a* _b_", [{ kind: "em", inlines: [text("a")] }, text(" "), { kind: "em", inlines: [text("b")] }]],
    ["~~a~~", [{ kind: "del", inlines: [text("a")] }]],
    ["**a *b***", [{ kind: "strong", inlines: [text("a "), { kind: "em", inlines: [text("b")] }] }]],
    ["\\*a\\*", [text("*a*")]],
  ])("of %s", (content, expected) => expect(inlines(content)).toEqual(expected));
});

describe("code", () => {
  it.each<[string, Block[]]>([
    ["run `a https://b.example`:\n```ts\nlet x = `1`;\n```\ndone", [
      paragraph(text("run "), code("a https://b.example"), text(":")),
      { kind: "codeBlock", text: "let x = `1`;", language: "ts" },
      paragraph(text("done")),
    ]],
    ["````\n```\n\n  **x**\n```\n````", [{ kind: "codeBlock", text: "```\n\n  **x**\n```", language: "" }]],
    ["~~~\na\n~~~", [{ kind: "codeBlock", text: "a", language: "" }]],
    ["`` `a` ``", [paragraph(code("`a`"))]],
    ["```x```", [paragraph(code("x"))]],
  ])("is kept verbatim: %j", (content, blocks) => expect(richText(content)).toEqual(blocks));
});

describe("a quote", () => {
  it("ends with its last mark, and what stands below is the answer", () => {
    expect(richText("> a\n> b\nno")).toEqual([{ kind: "quote", blocks: [paragraph(text("a\nb"))] }, paragraph(text("no"))]);
  });

  it("may be of a quote", () => {
    expect(richText("> > a\n> b")).toEqual([
      { kind: "quote", blocks: [{ kind: "quote", blocks: [paragraph(text("a"))] }, paragraph(text("b"))] },
    ]);
  });
});

it("makes mentions of handles, and none in code or addresses", () => {
  expect(inlines("hi @Bob, **@alice** `@x1` or https://a.example/@x2 [@x3](https://a.example)")).toEqual([
    text("hi "),
    { kind: "mention", text: "@Bob", handle: "bob" },
    text(", "),
    { kind: "strong", inlines: [{ kind: "mention", text: "@alice", handle: "alice" }] },
    text(" "),
    code("@x1"),
    text(" or "),
    link("https://a.example/@x2", "https://a.example/@x2"),
    text(" "),
    link("@x3", "https://a.example"),
  ]);
});

it("makes lists, with the number they begin with", () => {
  expect(richText("- a\n- **b**")).toEqual([
    { kind: "list", start: null, items: [[paragraph(text("a"))], [paragraph({ kind: "strong", inlines: [text("b")] })]] },
  ]);
  expect(richText("3. c\n4. d")).toMatchObject([{ kind: "list", start: 3, items: [[paragraph(text("c"))], [paragraph(text("d"))]] }]);
});

describe("links", () => {
  it.each<[string, Inline[]]>([
    ["see https://example.com/a?b=(c) or a@b.example.", [
      text("see "),
      link("https://example.com/a?b=(c)", "https://example.com/a?b=(c)"),
      text(" or "),
      link("a@b.example", "mailto:a@b.example"),
      text("."),
    ]],
    ["www.example.com/x, www.", [link("www.example.com/x", "https://www.example.com/x"), text(", www.")]],
    ["https://a.example/_x_*y*~~z~~", [link("https://a.example/_x_*y*~~z~~", "https://a.example/_x_*y*~~z~~")]],
    ["[the plan](https://a.example/p)", [link("the plan", "https://a.example/p")]],
    ["[a](https://a.example) [www.b.example](https://c.example)", [
      link("a", "https://a.example"),
      text(" "),
      link("www.b.example", "https://c.example", "c.example"),
    ]],
    ["**https://a.example**", [{ kind: "strong", inlines: [link("https://a.example", "https://a.example")] }]],
  ])("of %s", (content, expected) => expect(inlines(content)).toEqual(expected));

  it.each([
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](javascript&#58;alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](\u0001javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x](//evil.example)",
    "[x](/rooms)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "![x](javascript:alert(1))",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "//example.com",
    "main.py",
  ])("are none in %s", (content) => {
    expect(everyInline(richText(content)).some(({ kind }) => kind === "link")).toBe(false);
  });
});

const PIECES = [
  "http://", "https://a.example", "www.", "javascript:", "[x](", ")", "](", "[", "]", "`", "```", "~~~", "\n", " ", "a@b.example",
  "<", ">", "> ", "- ", "1. ", "*", "**", "_", "~~", "\\", "<script>", "<img src=x onerror=alert(1)>", "&#106;", "\u202e", "!",
];
const hostile = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "grapheme" })), { maxLength: 20 }).map((parts) => parts.join(""));

it("links to nothing but web and mail addresses, whatever is typed", () => {
  fc.assert(
    fc.property(hostile, (content) => {
      for (const inline of everyInline(richText(content))) {
        if (inline.kind === "link") expect(new URL(inline.href).protocol).toMatch(/^(https?|mailto):$/);
      }
    }),
  );
});

it("loses none of the words", () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  const mark = fc.constantFrom(" ", "\n", "\n\n", " **", "** ", " _", "_ ", " `", "` ", "\n> ", "\n- ", "\n1. ", "\n```\n", " ~~", "~~ ");
  fc.assert(
    fc.property(fc.array(fc.tuple(word, mark), { maxLength: 12 }), (pairs) => {
      const shown = plainText(pairs.flat().join("")) + richText(pairs.flat().join("")).flatMap((block) => ("language" in block ? [block.language] : [])).join(" ");
      for (const [each] of pairs) expect(shown).toContain(each);
    }),
  );
});

it.each(["*", "**a ", "_", "~", "`", "[", "[a](", "![", "> ", ">", "- ", "- a\n  ", "1. ", "\\", "<", "<a ", "www.", "https://", "a@", "a_", "***a", "[x](<", "``` ", "``", "*a_", "*aaaaaaaa", "_aaaaaaaa ", "**aaaaaaaa ", "[aaaaaaaaa", "~~aaaaaaaaa"])(
  "takes no time over 4,000 characters of %j",
  (piece) => {
    const content = piece.repeat(4_000 / piece.length);
    const begin = performance.now();
    richText(content);
    expect(performance.now() - begin).toBeLessThan(500);
  },
);

it("says a text without its marks", () => {
  expect(plainText("**a** `b`\n\n- c\n- [d](https://e.example)\n> f")).toBe("a b c d > f");
});
