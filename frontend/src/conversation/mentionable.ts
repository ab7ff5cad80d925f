/** Whom one could mean by a mention that is being written. */
import { caseFolded } from "./caseFolding";

/** Somebody who may be mentioned. */
export interface Person {
  readonly userId: string;
  readonly handle: string;
  readonly name: string;
  /** In the room at the moment. */
  readonly present: boolean;
}

/** A mention being written: it starts at `start`, with its sign. */
export interface OpenMention {
  readonly start: number;
  /** As handles are kept; empty before the first letter. */
  readonly word: string;
}

const OPEN = /(?<![\p{L}\p{M}\p{N}/\\@])@([\p{L}\p{M}\p{N}._-]{0,32})$/u;

/** The mention that ends at the caret, if one is being written. */
export function openMention(beforeCaret: string): OpenMention | null {
  const match = OPEN.exec(beforeCaret);
  return match && { start: match.index, word: caseFolded(match[1] as string) };
}

/**
 * Up to `most` people whose handle begins with `word`, or a word of whose name does: those who are there come first, and
 * nobody if the only one is written already.
 */
export function mentionable(word: string, people: readonly Person[], most: number): Person[] {
  const matching = people.filter((person) => matches(person, word));
  const only = matching.length === 1 ? matching[0] : undefined;
  if (word === "" || only?.handle === word) return [];
  const ranked = matching.map((person) => ({ person, rank: rankOf(person, word) }));
  ranked.sort((a, b) => a.rank - b.rank || compare(a.person.handle, b.person.handle));
  return ranked.slice(0, most).map(({ person }) => person);
}

function matches({ handle, name }: Person, word: string): boolean {
  return handle.startsWith(word) || wordsOf(name).some((each) => each.startsWith(word));
}

function rankOf({ handle, present }: Person, word: string): number {
  return (present ? 0 : 2) + (handle.startsWith(word) ? 0 : 1);
}

function wordsOf(name: string): string[] {
  return caseFolded(name).split(/[^\p{L}\p{M}\p{N}]+/u);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
