import { expect, it } from "vitest";
import { defineComponent, nextTick } from "vue";
import { mountPage } from "@/testing/page";
import { useFormats } from "./useFormats";
import { storedLocale, useLocale } from "./useLocale";

it.each(["constructor", "toString", "xx", "", "de-DE"])("takes %j in the browser's storage for no language, also from another tab", async (stored) => {
  const Page = defineComponent(() => {
    const [chosen, formats] = [useLocale(), useFormats()];
    return () => `${chosen.value} ${formats.time(0)}`;
  });
  const page = mountPage(Page, { locale: "de" });
  expect(document.documentElement.lang).toBe("de");
  localStorage.setItem("chat.locale", stored);
  expect(storedLocale()).toBe("en");
  window.dispatchEvent(new StorageEvent("storage", { key: "chat.locale", newValue: stored, storageArea: localStorage }));
  await nextTick();
  await nextTick();
  expect([document.documentElement.lang, page.text()]).toEqual(["en", expect.stringMatching(/^en \d/)]);
});
