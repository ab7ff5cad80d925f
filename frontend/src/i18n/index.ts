import { createI18n } from "vue-i18n";
import de from "./de";
import en from "./en";

export const LOCALES = { en: "English", de: "Deutsch" } as const;
export type Locale = keyof typeof LOCALES;

/** The first of the browser's languages that is there, else English. */
export function preferredLocale(languages: readonly string[]): Locale {
  const known = languages.map((language) => language.slice(0, 2).toLowerCase()).find((code) => code in LOCALES);
  return (known as Locale | undefined) ?? "en";
}

export function createTranslations(locale: Locale) {
  return createI18n({ legacy: false, locale, fallbackLocale: "en", messages: { en, de } });
}
