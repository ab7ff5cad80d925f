/** The little formatting a message may have. The result is data for text nodes: nothing in it can become markup. */
import { LinkifyIt } from "linkify-it";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };
export type Block =
  | { readonly kind: "paragraph"; readonly inlines: readonly Inline[] }
  | { readonly kind: "codeBlock"; readonly text: string };

/** Web addresses with their scheme, and mail addresses: other schemes may run script, and `main.py` is no link. */
const linkify = new LinkifyIt().add("ftp:", null).add("//", null);
const CODE_BLOCK = /```(?:[\w+-]*\n)?([\s\S]+?)```\n?/;
const CODE_SPAN = /`([^`\n]+)`/;

export function richText(content: string): Block[] {
  return split(content, CODE_BLOCK).flatMap((part): Block[] => {
    if (part.matched) return [{ kind: "codeBlock", text: part.text.replace(/\n$/, "") }];
    const text = part.text.replace(/\n$/, "");
    return text === "" ? [] : [{ kind: "paragraph", inlines: inlinesOf(text) }];
  });
}

function inlinesOf(text: string): Inline[] {
  return split(text, CODE_SPAN).flatMap((part) =>
    part.matched ? [{ kind: "code" as const, text: part.text }] : linked(part.text),
  );
}

function linked(text: string): Inline[] {
  const inlines: Inline[] = [];
  let end = 0;
  for (const match of linkify.match(text) ?? []) {
    if (match.index > end) inlines.push({ kind: "text", text: text.slice(end, match.index) });
    inlines.push({ kind: "link", text: match.raw, href: match.url });
    end = match.lastIndex;
  }
  if (end < text.length) inlines.push({ kind: "text", text: text.slice(end) });
  return inlines;
}

/** `text` cut at each match of `pattern`; a matched part holds the pattern's group. */
function split(text: string, pattern: RegExp): { text: string; matched: boolean }[] {
  return text
    .split(pattern)
    .map((part, index) => ({ text: part, matched: index % 2 === 1 }))
    .filter((part) => part.text !== "");
}
