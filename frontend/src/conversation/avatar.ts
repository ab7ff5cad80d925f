/** How a user is told from others at a glance: letters and a colour, always the same. */

/** A letter that is one by itself, with nothing behind it that could belong to it; the rest is left to what knows all scripts. */
const PLAIN_LETTER = /^[!-~](?:[ -~]|$)/;
/** Further apart than neighbours that the eye takes for one. */
const HUES = 30;

/** The first letters of the first and the last word of a name, or of its only one; "?" where there is none. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const ends = words.filter((_, at) => at === 0 || at === words.length - 1);
  const letters = ends.map(firstLetter).join("");
  return letters.toLocaleUpperCase() || "?";
}

let segmenter: Intl.Segmenter | undefined;
function firstLetter(word: string): string {
  const from = word.search(/[\p{L}\p{N}\p{Extended_Pictographic}]/u);
  const rest = word.slice(from);
  if (PLAIN_LETTER.test(rest)) return rest.charAt(0);
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return ([...segmenter.segment(rest)][0] as Intl.SegmentData).segment;
}

/** A hue of 0–359°; users whose ids differ in one letter are not alike. */
export function hueOf(userId: string): number {
  let hash = 0x811c9dc5;
  for (const character of userId) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193); // FNV-1a
  // The end of MurmurHash3: without it, short names differ in a few bits alone.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) % HUES) * (360 / HUES);
}
