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
