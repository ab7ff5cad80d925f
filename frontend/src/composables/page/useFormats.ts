import { createSharedComposable } from "@vueuse/core";
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { regionalVariant } from "@/i18n";
import { useToday } from "./useToday";

const DAY_MS = 24 * 60 * 60 * 1_000;

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
  const dayNameFormat = computed(() => new Intl.RelativeTimeFormat(region.value, { numeric: "auto" }));
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
    const date = new Date(time);
    const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
    // A day may have 23 or 25 hours.
    const days = Math.round((midnight - today.value) / DAY_MS);
    const name = Math.abs(days) <= 1 ? dayNameFormat.value.format(days, "day") : day(time);
    return `${name}, ${timeFormat.value.format(time)}`;
  }

  return {
    time: (time: number) => timeFormat.value.format(time),
    /** To the second. */
    clock: (time: number) => clockFormat.value.format(time),
    full: (time: number) => fullFormat.value.format(time),
    day,
    moment,
  };
});
