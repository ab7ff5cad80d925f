import { useI18n } from "vue-i18n";
import { displayName } from "@/conversation/displayName";

/** Names as they are shown; one that shows nothing is said to be none. */
export function useNames(): (username: string) => string {
  const { t } = useI18n();
  return (username) => displayName(username) || t("members.nameless");
}
