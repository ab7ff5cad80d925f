import { useI18n } from "vue-i18n";
import { useNamesById } from "@/composables/page/useNames";
import { concerned, isTheirOwn, type KnownNotice } from "@/conversation/noticeGroups";

/** What notices that are alike say, in words: `named` are those who are called by name, so that these are asked for. */
export function useNoticeText() {
  const { t, locale } = useI18n();
  const nameOf = useNamesById();

  function named(notices: readonly [KnownNotice, ...KnownNotice[]]): string[] {
    return [notices[0].userId, ...concerned(notices).named];
  }

  function textOf(notices: readonly [KnownNotice, ...KnownNotice[]]): string {
    const [{ event, userId, days }] = notices;
    if (event === "retentionSet") return t("notices.retentionSet", { who: isolated(userId), days }, days ?? 0);
    const { named: people, others } = concerned(notices);
    const names = people.map(isolated);
    const all = others > 0 ? [...names, t("notices.others", others)] : names;
    const whom = new Intl.ListFormat(locale.value, { type: "conjunction" }).format(all);
    return t(`notices.${keyOf(notices[0])}`, { who: isolated(userId), whom }, people.length + others);
  }

  function keyOf(notice: KnownNotice): string {
    if (notice.event === "roleSet") return `roleSet.${notice.role ?? "member"}`;
    return notice.event === "removed" && isTheirOwn(notice) ? "left" : notice.event;
  }

  /** A name of whatever direction leaves the sentence around it as it is. */
  function isolated(userId: string): string {
    return `\u2068${nameOf(userId)}\u2069`;
  }

  return { named, textOf };
}
