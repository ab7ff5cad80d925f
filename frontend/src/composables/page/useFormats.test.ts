import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defineComponent } from "vue";
import type { Locale } from "@/i18n";
import { mountPage } from "@/testing/page";
import { useFormats } from "./useFormats";

const NOON = new Date(2026, 10, 23, 12).getTime();
const HOUR_MS = 60 * 60 * 1_000;

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

function formats(locale: Locale): ReturnType<typeof useFormats> {
  let made: ReturnType<typeof useFormats> | undefined;
  const component = defineComponent(() => {
    made = useFormats();
    return () => null;
  });
  mountPage(component, { locale });
  if (!made) throw new Error("not mounted");
  return made;
}

it.each([
  ["en", ["today, ", "yesterday, ", "tomorrow, ", "Wednesday"]],
  ["de", ["heute, ", "gestern, ", "morgen, ", "Mittwoch"]],
] as const)("calls a time in %s as it stands within a sentence", (locale, names) => {
  const { moment } = formats(locale);
  const times = [NOON, NOON - 24 * HOUR_MS, NOON + 35 * HOUR_MS, NOON + 48 * HOUR_MS];
  expect(times.map(moment)).toEqual(names.map((name) => expect.stringMatching(`^${name}`)));
});

it.each([
  ["en", ["just now", "1 minute ago", "59 minutes ago", "today at 9:00", "yesterday at 11:58", "on Saturday, November 21", "on November 23, 2025"]],
  ["de", ["gerade eben", "vor 1 Minute", "vor 59 Minuten", "heute um 09:00", "gestern um 11:58", "am Samstag, 21. November", "am 23. November 2025"]],
] as const)("says in %s how long ago something was", (locale, texts) => {
  const { ago } = formats(locale);
  const MINUTE_MS = HOUR_MS / 60;
  const times = [0, MINUTE_MS, 59 * MINUTE_MS, 3 * HOUR_MS, 24 * HOUR_MS + 2 * MINUTE_MS, 48 * HOUR_MS, 365 * 24 * HOUR_MS];
  expect(times.map((before) => ago(NOON - before, NOON))).toEqual(texts.map((text) => expect.stringMatching(`^${text}`)));
});

it("goes by the given time, not by this device's", () => {
  const { ago } = formats("en");
  const later = NOON + 24 * HOUR_MS;
  expect([ago(NOON, later), ago(later + 1, later)]).toEqual([expect.stringMatching("^yesterday at 12:00"), "just now"]);
});
