import { useI18n } from "vue-i18n";
import { useNames } from "@/composables/page/useNames";
import { concerned, type KnownNotice } from "@/conversation/noticeGroups";

/** What notices that are alike say, in words: `named` are those who are called by name, so that these are asked for. */
export function useNoticeText() {
  const { t, locale } = useI18n();
  const nameOf = useNames();

  function named(notices: readonly [KnownNotice, ...KnownNotice[]]): string[] {
    return [notices[0].userId, ...concerned(notices).named];
  }

  function textOf(notices: readonly [KnownNotice, ...KnownNotice[]]): string {
    const [{ event, userId, role }] = notices;
    const { named: people, others } = concerned(notices);
    const names = people.map(isolated);
    const all = others > 0 ? [...names, t("notices.others", others)] : names;
    const whom = new Intl.ListFormat(locale.value, { type: "conjunction" }).format(all);
    const key = event === "roleSet" ? `notices.roleSet.${role ?? "member"}` : `notices.${event}`;
    return t(key, { who: isolated(userId), whom }, people.length + others);
  }

  /** A name of whatever direction leaves the sentence around it as it is. */
  function isolated(userId: string): string {
    return `\u2068${nameOf("", userId)}\u2069`;
  }

  return { named, textOf };
}
