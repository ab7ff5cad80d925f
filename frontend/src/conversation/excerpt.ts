/** Which part of a text a search shows, and which words in it were asked for; as data, so that nothing can become markup. */

import { caseFolded } from "./caseFolding";

export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** As the server takes words apart, so far as that shows (services/search/words.py). */
const WORD = /[\p{L}\p{N}\p{M}]+|\p{So}/gu;
/** Scripts without spaces between words: what is asked for is in the middle of a run. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}]/u;
const BEFORE_CHARACTERS = 40;
const LIMIT_CHARACTERS = 300;

/** The beginning of `text`, or what is around the first word that `query` asks for, in pieces. */
export function excerpt(text: string, query: string): Piece[] {
  const places = hits(text, query);
  const begin = beginOf(text, places[0]?.[0] ?? 0);
  const end = Math.min(text.length, wholeCharacter(text, begin + LIMIT_CHARACTERS));
  const pieces: Piece[] = begin > 0 ? [{ text: "…", hit: false }] : [];
  let at = begin;
  for (const [from, to] of places) {
    if (from < at || to > end) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), hit: false });
    pieces.push({ text: text.slice(from, to), hit: true });
    at = to;
  }
  if (at < end) pieces.push({ text: text.slice(at, end), hit: false });
  return pieces;
}

function hits(text: string, query: string): [number, number][] {
  const asked = [...query.matchAll(WORD)].map(([word]) => caseFolded(word));
  const last = /[\p{L}\p{N}\p{M}]$/u.test(query) ? asked.at(-1) : undefined;
  return [...text.matchAll(WORD)].flatMap(({ 0: word, index }) => hitsInWord(word, asked, last).map(([from, to]): [number, number] => [index + from, index + to]));
}

function hitsInWord(word: string, asked: readonly string[], last: string | undefined): [number, number][] {
  const folded = caseFolded(word);
  if (asked.includes(folded) || (last !== undefined && folded.startsWith(last))) return [[0, word.length]];
  if (!UNSPACED.test(word) || folded.length !== word.length) return [];
  const within = asked.map((each): [number, number] => [folded.indexOf(each), folded.indexOf(each) + each.length]);
  return within.filter(([from]) => from >= 0).sort(([a], [b]) => a - b);
}

function beginOf(text: string, firstHit: number): number {
  if (firstHit <= BEFORE_CHARACTERS) return 0;
  const space = text.indexOf(" ", firstHit - BEFORE_CHARACTERS);
  return space >= 0 && space < firstHit ? space + 1 : wholeCharacter(text, firstHit - BEFORE_CHARACTERS);
}

/** `place`, or the one after it where that would part a surrogate pair. */
function wholeCharacter(text: string, place: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(place)) ? place + 1 : place;
}
