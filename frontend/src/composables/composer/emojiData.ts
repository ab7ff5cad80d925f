/** What emoji there are, with their names: larger than the page, so each language is loaded when it is first needed. */
import de from "emoji-picker-element-data/de/cldr/data.json?url";
import en from "emoji-picker-element-data/en/cldr/data.json?url";
import type { NamedEmoji } from "@/conversation/emojiNames";
import type { Locale } from "@/i18n";

export const EMOJI_DATA: Record<Locale, string> = { de, en };

const loaded = new Map<Locale, Promise<readonly NamedEmoji[]>>();

/** The emoji in the order of the picker; none where they cannot be loaded, and then it is tried anew at the next call. */
export async function emojiIn(locale: Locale): Promise<readonly NamedEmoji[]> {
  const asked = loaded.get(locale) ?? fetch(EMOJI_DATA[locale]).then((response) => response.json() as Promise<NamedEmoji[]>);
  loaded.set(locale, asked);
  try {
    return await asked;
  } catch {
    loaded.delete(locale);
    return [];
  }
}
