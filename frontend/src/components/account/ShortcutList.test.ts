import { expect, it } from "vitest";
import { SHORTCUTS } from "@/composables/page/useShortcuts";
import { mountPage } from "@/testing/page";
import ShortcutList from "./ShortcutList.vue";

const KEYS = [...new Set(Object.values(SHORTCUTS).flat())].filter((key) => key.length > 1);

it.each([
  ["en", ["Enter", "Shift", "Home", "End", "Alt", "Ctrl"]],
  ["de", ["Enter", "Umschalt", "Pos1", "Ende", "Alt", "Strg"]],
] as const)("names in %s each key as it stands on the keyboard", (locale, names) => {
  const page = mountPage(ShortcutList, { locale });
  const shown = new Set(page.findAll("kbd").map((key) => key.text()).filter((key) => key.length > 1));
  expect([...shown].sort()).toEqual([...names].sort());
  expect(names).toHaveLength(KEYS.length);
});
