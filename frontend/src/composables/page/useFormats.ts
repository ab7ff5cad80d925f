import { createSharedComposable } from "@vueuse/core";
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { regionalVariant } from "@/i18n";
import { useToday } from "./useToday";

const MINUTE_MS = 60 * 1_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Dates and times the way the browser writes them, in the chosen language; shared, since a format is slow to make. */
export const useFormats = createSharedComposable(() => {
  const { t, locale } = useI18n();
  const today = useToday();
  const region = computed(() => regionalVariant(locale.value, navigator.languages));
  const timeFormat = computed(() => new Intl.DateTimeFormat(region.value, { timeStyle: "short" }));
  const clockFormat = computed(() => new Intl.DateTimeFormat(region.value, { timeStyle: "medium" }));
  const fullFormat = computed(
    () => new Intl.DateTimeFormat(region.value, { dateStyle: "full", timeStyle: "medium" }),
  );
  const dayFormat = computed(
    () => new Intl.DateTimeFormat(region.value, { weekday: "long", day: "numeric", month: "long" }),
  );
  const relativeFormat = computed(() => new Intl.RelativeTimeFormat(region.value, { numeric: "auto" }));
  const dayOfYearFormat = computed(() => new Intl.DateTimeFormat(region.value, { dateStyle: "long" }));

  /** "Today", "Yesterday", or the date; `time` in epoch milliseconds. */
  function day(time: number): string {
    const date = new Date(time);
    const now = new Date(today.value);
    const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
    if (date.toDateString() === now.toDateString()) return t("conversation.today");
    if (date.toDateString() === yesterday.toDateString()) return t("conversation.yesterday");
    const format = date.getFullYear() === now.getFullYear() ? dayFormat : dayOfYearFormat;
    return format.value.format(date);
  }

  /** A time of a day not far off, as a part of a sentence: "today, 15:00", "until tomorrow, 9:00". */
  function moment(time: number): string {
    const days = daysBetween(today.value, time);
    const name = Math.abs(days) <= 1 ? relativeFormat.value.format(days, "day") : day(time);
    return `${name}, ${timeFormat.value.format(time)}`;
  }

  /** How long ago a time was at `now`, as a part of a sentence: "5 minutes ago", "yesterday at 15:00", "on Monday, 3 November". */
  function ago(time: number, now: number): string {
    const minutes = Math.floor((now - time) / MINUTE_MS);
    if (minutes < 1) return t("people.justNow");
    if (minutes < 60) return relativeFormat.value.format(-minutes, "minute");
    const days = daysBetween(now, time);
    if (days >= -1) return t("people.atTime", { day: relativeFormat.value.format(days, "day"), time: timeFormat.value.format(time) });
    const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
    return t("people.onDay", { day: (isThisYear ? dayFormat : dayOfYearFormat).value.format(time) });
  }

  return {
    time: (time: number) => timeFormat.value.format(time),
    /** To the second. */
    clock: (time: number) => clockFormat.value.format(time),
    full: (time: number) => fullFormat.value.format(time),
    day,
    moment,
    ago,
  };
});

/** By the calendar: a day may have 23 or 25 hours. */
function daysBetween(from: number, to: number): number {
  return Math.round((midnightBefore(to) - midnightBefore(from)) / DAY_MS);
}

function midnightBefore(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
