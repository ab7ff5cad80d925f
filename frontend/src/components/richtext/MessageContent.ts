import { computed, defineComponent, h, provide } from "vue";
import { useI18n } from "vue-i18n";
import { isBlank } from "@/conversation/displayName";
import { isEmojiOnly } from "@/conversation/emojiOnly";
import { richText } from "@/conversation/markdown/richText";
import { HERE_COUNTS } from "./hereCounts";
import { blockNodes } from "./richNodes";

/** A text as its author formatted it; in it, `@here` may count for everybody. */
export default defineComponent({
  name: "MessageContent",
  props: { content: { type: String, required: true }, here: Boolean },
  setup(props) {
    provide(HERE_COUNTS, computed(() => props.here));
    const { t } = useI18n();
    const blocks = computed(() => richText(props.content));

    return () => {
      if (isBlank(props.content)) return h("p", { class: "text-muted italic" }, t("conversation.blank"));
      const large = isEmojiOnly(props.content) && "text-emoji";
      return h("div", { class: ["min-w-0 text-start wrap-anywhere", large] }, blockNodes(blocks.value));
    };
  },
});
