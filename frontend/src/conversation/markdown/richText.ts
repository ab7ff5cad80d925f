/** The formatting a message may have. The result is data for text nodes: nothing in it can become markup. */
import type { MarkedToken, Token } from "marked";
import { mentionPlaces } from "@/conversation/mentions";
import { tokensOf } from "./grammar";
import { bareLinks, isAllowedTarget } from "./links";
import { realTarget } from "./misleading";

export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "mention"; readonly text: string; readonly handle: string }
  | { readonly kind: "strong" | "em" | "del"; readonly inlines: readonly Inline[] }
  /** `leadsTo` is said beside the link where its text lets one think of another target. */
  | { readonly kind: "link"; readonly href: string; readonly leadsTo: string | null; readonly inlines: readonly Inline[] };
export type Block =
  | { readonly kind: "paragraph"; readonly inlines: readonly Inline[] }
  | { readonly kind: "codeBlock"; readonly text: string; readonly language: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  /** `start` is the first number; null where the items have none. */
  | { readonly kind: "list"; readonly start: number | null; readonly items: readonly (readonly Block[])[] };

export function richText(content: string): Block[] {
  return blocksOf(tokensOf(content));
}

function blocksOf(tokens: readonly Token[]): Block[] {
  const blocks: Block[] = [];
  let apart = true;
  for (const token of tokens as MarkedToken[]) {
    const block = blockOf(token);
    const last = blocks.at(-1);
    // What only looked like another block goes on with the line before it.
    if (!apart && block?.kind === "paragraph" && last?.kind === "paragraph") {
      blocks[blocks.length - 1] = { kind: "paragraph", inlines: [...last.inlines, { kind: "text", text: "\n" }, ...block.inlines] };
    } else if (block) blocks.push(block);
    apart = block === null;
  }
  return blocks;
}

/** Null for the blank lines between blocks. */
function blockOf(token: MarkedToken): Block | null {
  switch (token.type) {
    case "space":
      return null;
    case "code":
      return { kind: "codeBlock", text: token.text, language: token.lang ?? "" };
    case "blockquote":
      return { kind: "quote", blocks: blocksOf(token.tokens) };
    case "list": {
      const start = token.start === "" ? null : token.start;
      return { kind: "list", start, items: token.items.map((item) => blocksOf(item.tokens)) };
    }
    case "paragraph":
      return { kind: "paragraph", inlines: inlinesOf(token.tokens) };
    case "text":
      return { kind: "paragraph", inlines: token.tokens ? inlinesOf(token.tokens) : linked(token.text) };
    default:
      return { kind: "paragraph", inlines: linked(token.raw) };
  }
}

function inlinesOf(tokens: readonly Token[], inLink = false): Inline[] {
  const inlines: Inline[] = [];
  let text = "";
  const endText = () => {
    if (text !== "") inlines.push(...(inLink ? [{ kind: "text" as const, text }] : linked(text)));
    text = "";
  };
  for (const token of tokens as MarkedToken[]) {
    const formatted = formattedOf(token, inLink);
    if (formatted === null) text += token.type === "escape" ? token.text : token.raw;
    else {
      endText();
      inlines.push(formatted);
    }
  }
  endText();
  return inlines;
}

/** Null for what is text as it stands: an image, too, and a link to where none may lead. */
function formattedOf(token: MarkedToken, inLink: boolean): Inline | null {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return { kind: token.type, inlines: inlinesOf(token.tokens, inLink) };
    case "codespan":
      return { kind: "code", text: token.text };
    case "link":
      return isAllowedTarget(token.href) ? linkTo(token.href, inlinesOf(token.tokens, true)) : null;
    default:
      return null;
  }
}

/** `text` with the addresses and mentions in it. */
function linked(text: string): Inline[] {
  const inlines: Inline[] = [];
  let done = 0;
  for (const { start, end, text: shown, href } of bareLinks(text)) {
    inlines.push(...mentioning(text.slice(done, start)), linkTo(href, [{ kind: "text", text: shown }]));
    done = end;
  }
  return [...inlines, ...mentioning(text.slice(done))];
}

/** `text`, in which there is no address, with the mentions in it. */
function mentioning(text: string): Inline[] {
  const inlines: Inline[] = [];
  let done = 0;
  for (const { start, end, handle } of mentionPlaces(text)) {
    if (start > done) inlines.push({ kind: "text", text: text.slice(done, start) });
    inlines.push({ kind: "mention", text: text.slice(start, end), handle });
    done = end;
  }
  if (done < text.length) inlines.push({ kind: "text", text: text.slice(done) });
  return inlines;
}

function linkTo(href: string, inlines: readonly Inline[]): Inline {
  return { kind: "link", href, leadsTo: realTarget(href, inlineText(inlines)), inlines };
}

function inlineText(inlines: readonly Inline[]): string {
  return inlines.map((inline) => ("text" in inline ? inline.text : inlineText(inline.inlines))).join("");
}

/** `content` without its marks, on one line: for where there is no room for formatting. */
export function plainText(content: string): string {
  return blockText(richText(content)).replace(/\s+/g, " ").trim();
}

function blockText(blocks: readonly Block[]): string {
  return blocks.map(textOfBlock).join("\n");
}

function textOfBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return inlineText(block.inlines);
    case "codeBlock":
      return block.text;
    case "quote":
      return `> ${blockText(block.blocks)}`;
    case "list":
      return block.items.map(blockText).join("\n");
  }
}
