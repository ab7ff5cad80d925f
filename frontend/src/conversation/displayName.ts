/** Names as they are shown: what somebody put into one can neither hide, nor turn the text around it, nor run out of its line. */

/**
 * Format and control characters (Unicode Cc, Cf, Cs, Co, Zl, Zp), and what looks like nothing although it is a letter:
 * the Hangul fillers, the Braille blank. The two joiners are kept for the scripts and emoji that need them.
 */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800]/gu;
/** Joiners join nothing at the edge of a word. */
const LOOSE_JOINERS = /(?<![\p{L}\p{M}\p{Emoji}\ufe0f])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{Emoji}])/gu;
/** More marks than this on one letter no language needs. */
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** A text in which all of this is out of the question: most names, and a phone is spared what the others cost. */
const PLAIN = /^[ -~]*$/;
const PLAINLY_SEEN = /[!-~]/;

/** `name` without what cannot be seen; empty when nothing can. */
export function displayName(name: string): string {
  if (PLAIN.test(name)) return name.replace(/ +/g, " ").trim();
  const visible = name.replace(INVISIBLE, " ").replace(LOOSE_JOINERS, "").replace(STACKED_MARKS, "$1");
  return visible.replace(/\s+/gu, " ").trim().normalize("NFC");
}

/** Whether nothing of `text` can be seen. */
export function isBlank(text: string): boolean {
  if (PLAINLY_SEEN.test(text)) return false;
  if (text.trim() === "") return true;
  return text.replace(INVISIBLE, "").replace(LOOSE_JOINERS, "").trim() === "";
}
