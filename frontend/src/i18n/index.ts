import { createI18n } from "vue-i18n";
import de from "./de";
import en from "./en";

export const LOCALES = { en: "English", de: "Deutsch" } as const;
export type Locale = keyof typeof LOCALES;

/** The first of the browser's languages that is there, else English. */
export function preferredLocale(languages: readonly string[]): Locale {
  const known = languages.map((language) => language.slice(0, 2).toLowerCase()).find((code) => Object.hasOwn(LOCALES, code));
  return (known as Locale | undefined) ?? "en";
}

/** The browser's variant of `locale`, which knows the region (12 or 24 hours); `locale` itself if it has none that `Intl` takes. */
export function regionalVariant(locale: string, languages: readonly string[]): string {
  return languages.find((language) => language.startsWith(locale) && isLanguageTag(language)) ?? locale;
}

function isLanguageTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}

export function createTranslations(locale: Locale) {
  return createI18n({ legacy: false, locale, fallbackLocale: "en", messages: { en, de } });
}
