import { useLocalStorage } from "@vueuse/core";
import { computed, watchEffect, type WritableComputedRef } from "vue";
import { useI18n } from "vue-i18n";
import { LOCALES, preferredLocale, type Locale } from "@/i18n";

const STORAGE_KEY = "chat.locale";

/** The locale the user chose, else the browser's. */
export function storedLocale(): Locale {
  const stored = localStorage.getItem(STORAGE_KEY);
  return isLocale(stored) ? stored : preferredLocale(navigator.languages);
}

/** Whatever is stored, by another tab or version. */
function isLocale(stored: string | null): stored is Locale {
  return stored !== null && Object.hasOwn(LOCALES, stored);
}

/** The chosen locale, kept in the browser and applied to the page. */
export function useLocale(): WritableComputedRef<Locale> {
  const { locale } = useI18n();
  const stored = useLocalStorage<string>(STORAGE_KEY, storedLocale(), { writeDefaults: false });
  const chosen = computed<Locale>({
    get: () => (isLocale(stored.value) ? stored.value : preferredLocale(navigator.languages)),
    set: (locale) => (stored.value = locale),
  });
  watchEffect(() => {
    locale.value = chosen.value;
    document.documentElement.lang = chosen.value;
  });
  return chosen;
}
