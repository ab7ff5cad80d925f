/** Emoji by their names, to be completed while one writes `:tada`. */

/** As the data of the emoji picker has it. */
export interface NamedEmoji {
  readonly emoji: string;
  readonly annotation: string;
  readonly shortcodes?: readonly string[];
  readonly tags?: readonly string[];
}

/** A name being written: it starts at `start`, with its colon. */
export interface OpenName {
  readonly start: number;
  readonly name: string;
}

const OPEN = /(?<![\p{L}\p{N}:/])(:[\p{L}\p{N}_+-]{2,30})$/u;
const CLOSED = /(?<![\p{L}\p{N}:/])(:[\p{L}\p{N}_+-]{2,30}):$/u;

/** The name that ends at the caret, if one is being written; after two letters, since `:D` is complete. */
export function openName(beforeCaret: string): OpenName | null {
  return named(OPEN.exec(beforeCaret));
}

/** The name that was just closed by a second colon. */
export function closedName(beforeCaret: string): OpenName | null {
  return named(CLOSED.exec(beforeCaret));
}

function named(match: RegExpExecArray | null): OpenName | null {
  return match && { start: match.index, name: (match[1] as string).slice(1) };
}

/** Up to `most` emoji whose names begin with `name`; those in which it is a later word, or a tag, come after. */
export function emojiNamed(name: string, emoji: readonly NamedEmoji[], most: number): NamedEmoji[] {
  const wanted = name.toLowerCase();
  const ranked = emoji.map((each) => ({ each, rank: rankOf(each, wanted) })).filter(({ rank }) => rank < NO_MATCH);
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, most).map(({ each }) => each);
}

/** The emoji that has exactly this name, or else the first with such a tag. */
export function emojiOf(name: string, emoji: readonly NamedEmoji[]): NamedEmoji | undefined {
  const wanted = name.toLowerCase();
  return emoji.find(({ shortcodes }) => has(shortcodes, wanted)) ?? emoji.find(({ tags }) => has(tags, wanted));
}

const NO_MATCH = 5;

function rankOf({ shortcodes = [], tags = [] }: NamedEmoji, wanted: string): number {
  if (has(shortcodes, wanted)) return 0;
  if (shortcodes.some((code) => code.toLowerCase().startsWith(wanted))) return 1;
  if (has(tags, wanted)) return 2;
  if (shortcodes.some((code) => code.toLowerCase().includes(`_${wanted}`))) return 3;
  return tags.some((tag) => tag.toLowerCase().startsWith(wanted)) ? 4 : NO_MATCH;
}

function has(names: readonly string[] = [], wanted: string): boolean {
  return names.some((name) => name.toLowerCase() === wanted);
}
