import { h, type VNode } from "vue";
import type { Block, Inline } from "@/conversation/markdown/richText";
import CodeBlock from "./CodeBlock.vue";
import MentionText from "./MentionText.vue";
import MessageLink from "./MessageLink.vue";

/**
 * Formatted text as elements. By hand, since white space between the tags of a template would show; and as a function: a
 * component for each level of each message is much of what a page of them costs.
 */
export function blockNodes(blocks: readonly Block[]): VNode[] {
  return blocks.map(blockNode);
}

function blockNode(block: Block): VNode {
  switch (block.kind) {
    case "paragraph":
      // Each line has the direction of its own text.
      return h("p", { class: "whitespace-pre-wrap [unicode-bidi:plaintext] not-first:mt-2" }, block.inlines.map(inlineNode));
    case "codeBlock":
      return h(CodeBlock, { text: block.text, language: block.language });
    case "quote":
      return h("blockquote", { class: "my-1 border-l-3 border-control pl-3 text-muted", dir: "auto" }, blockNodes(block.blocks));
    case "list": {
      const items = block.items.map((item) => h("li", blockNodes(item)));
      const attributes = { class: `my-1 space-y-0.5 ps-6 ${block.start === null ? "list-disc" : "list-decimal"}`, dir: "auto" };
      return block.start === null ? h("ul", attributes, items) : h("ol", { ...attributes, start: block.start }, items);
    }
  }
}

function inlineNode(inline: Inline): VNode | string {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "code":
      return h("code", { class: "rounded-sm bg-canvas px-1 py-0.5 font-mono text-small" }, inline.text);
    case "mention":
      return h(MentionText, { handle: inline.handle }, () => inline.text);
    case "link":
      return h(MessageLink, { href: inline.href, leadsTo: inline.leadsTo }, () => inline.inlines.map(inlineNode));
    default:
      return h(inline.kind, inline.inlines.map(inlineNode));
  }
}
