import { h, type FunctionalComponent, type VNode } from "vue";
import type { Inline } from "@/conversation/markdown/richText";
import MentionText from "./MentionText.vue";
import MessageLink from "./MessageLink.vue";

/** Formatted text within a line. By hand: white space between the tags of a template would show. */
const RichInlines: FunctionalComponent<{ inlines: readonly Inline[] }> = ({ inlines }) => inlines.map(nodeOf);
RichInlines.props = ["inlines"];
export default RichInlines;

function nodeOf(inline: Inline): VNode | string {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "code":
      return h("code", { class: "rounded-sm bg-canvas px-1 py-0.5 font-mono text-small" }, inline.text);
    case "mention":
      return h(MentionText, { handle: inline.handle }, () => inline.text);
    case "link":
      return h(MessageLink, { href: inline.href, leadsTo: inline.leadsTo }, () => inline.inlines.map(nodeOf));
    default:
      return h(inline.kind, inline.inlines.map(nodeOf));
  }
}
