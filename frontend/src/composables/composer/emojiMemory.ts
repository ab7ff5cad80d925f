import { LOCALES } from "@/i18n";

/** The emoji picker remembers in the browser which emoji are used most, whoever does it: the next user is shown none of that. */
export function forgetEmoji(): void {
  for (const locale of Object.keys(LOCALES)) {
    try {
      globalThis.indexedDB?.deleteDatabase(`emoji-picker-element-${locale}`);
    } catch {
      // Refused: then the picker could keep nothing either.
    }
  }
}
