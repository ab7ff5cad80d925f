import { useI18n } from "vue-i18n";
import { plainText } from "@/conversation/markdown/richText";
import type { Message } from "@/protocol/frames";
import { useBlocksStore } from "@/stores/blocks";

/** What a message says, for one line beside others; of what is deleted or folded, only that. */
export function useOneLine(): (message: Message) => string {
  const { t } = useI18n();
  const blocks = useBlocksStore();
  return (message) => {
    if (blocks.isFolded(message)) return t("conversation.blocked");
    return message.deletedAt === undefined ? plainText(message.content) : t("conversation.deleted");
  };
}
