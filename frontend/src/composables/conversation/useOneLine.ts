import { useI18n } from "vue-i18n";
import { plainText } from "@/conversation/markdown/richText";
import type { Message } from "@/protocol/frames";
import { useBlocksStore } from "@/stores/blocks";

/** What a message says, for one line beside others; of what is deleted, or of somebody whom the user blocks, only that. */
export function useOneLine(): (message: Message) => string {
  const { t } = useI18n();
  const blocks = useBlocksStore();
  return ({ userId, content, deletedAt }) => {
    if (blocks.users.has(userId)) return t("conversation.blocked");
    return deletedAt === undefined ? plainText(content) : t("conversation.deleted");
  };
}
