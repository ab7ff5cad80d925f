/** The little formatting a message may have. The result is data for text nodes: nothing in it can become markup. */
import { LinkifyIt } from "linkify-it";
import { blocksOf, spansOf } from "./fences";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };
export type Block =
  | { readonly kind: "paragraph"; readonly inlines: readonly Inline[] }
  | { readonly kind: "codeBlock"; readonly text: string };

/** Web addresses with their scheme, and mail addresses: other schemes may run script, and `main.py` is no link. */
const linkify = new LinkifyIt().add("ftp:", null).add("//", null);

export function richText(content: string): Block[] {
  return blocksOf(content).flatMap((part): Block[] => {
    if (part.kind === "code") return [{ kind: "codeBlock", text: part.text }];
    return part.text === "" ? [] : [{ kind: "paragraph", inlines: inlinesOf(part.text) }];
  });
}

function inlinesOf(text: string): Inline[] {
  return spansOf(text).flatMap((part) => (part.kind === "code" ? [{ kind: "code" as const, text: part.text }] : linked(part.text)));
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
