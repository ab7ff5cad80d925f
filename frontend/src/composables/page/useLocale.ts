import { useLocalStorage } from "@vueuse/core";
import { watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import { LOCALES, preferredLocale, type Locale } from "@/i18n";

const STORAGE_KEY = "chat.locale";

/** The locale the user chose, else the browser's. */
export function storedLocale(): Locale {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored !== null && stored in LOCALES ? (stored as Locale) : preferredLocale(navigator.languages);
}

/** The chosen locale, kept in the browser and applied to the page. */
export function useLocale() {
  const { locale } = useI18n();
  const chosen = useLocalStorage<Locale>(STORAGE_KEY, storedLocale(), { writeDefaults: false });
  watchEffect(() => {
    locale.value = chosen.value;
    document.documentElement.lang = chosen.value;
  });
  return chosen;
}
