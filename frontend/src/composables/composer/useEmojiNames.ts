import { useI18n } from "vue-i18n";
import { MOST_OFFERS, type Completion, type CompletionSource, type Offer } from "@/conversation/completion";
import { closedName, emojiNamed, emojiOf, openName, type NamedEmoji } from "@/conversation/emojiNames";
import type { Locale } from "@/i18n";
import { emojiIn } from "./emojiData";

/** Emoji by their names: `:ta` offers 🎉, `:tada:` becomes it. */
export function useEmojiNames(): CompletionSource {
  const { locale } = useI18n();

  function complete(before: string): Promise<Completion> | null {
    const open = openName(before);
    const closed = open ? null : closedName(before);
    const word = open ?? closed;
    if (!word) return null;
    return emojiIn(locale.value as Locale).then((emoji) => ({
      start: word.start,
      offers: open ? emojiNamed(open.name, emoji, MOST_OFFERS).map(offerOf) : [],
      instead: closed ? emojiOf(closed.name, emoji)?.emoji : undefined,
    }));
  }

  return { name: "emojiNames", complete };
}

function offerOf({ emoji, annotation }: NamedEmoji): Offer {
  return { key: emoji, sign: emoji, label: annotation, text: emoji };
}
