/** Texts that differ in nothing but capitals, as the server folds them (NFKC and case folding). */

/** Capitals are what is kept of these, elsewhere it is the others (Unicode, CaseFolding.txt). */
const CHEROKEE = /\p{Script=Cherokee}/u;

/** A text without compatibility forms and capitals: as handles are kept, and words compared. */
export function caseFolded(written: string): string {
  return Array.from(written.normalize("NFKC"), folded).join("").normalize("NFKC");
}

/** Unicode's full case folding, which browsers do not have. */
function folded(character: string): string {
  if (character === "ı") return character;
  return CHEROKEE.test(character) ? character.toUpperCase() : character.toUpperCase().toLowerCase();
}
