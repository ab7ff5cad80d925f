/** Whom the text of a message addresses: by `@handle`, or by `@here` everybody who is there. */
import type { Message } from "@/protocol/frames";
import { caseFolded } from "./caseFolding";

/** Calls everybody who is in the room at the moment; nobody can be called so. */
export const HERE = "here";
/** Different handles of a message; who writes more of them addresses nobody. */
const MOST = 20;
const HANDLE_LIMITS = { least: 2, most: 32 };

/** In order: a closed fence of code, a span of code in its line, a web address. The server has the same. */
const NO_TEXT =
  /(?<![^\n]) {0,3}(`{3,}(?=[^`\n]*\n)|~{3,}(?!~))[^\n]*\n(?:[^\n]*\n)*? {0,3}\1[`~]*[ \t]*(?![^\n])|(?<![`\\])(`+)(?!`)[^\n]*?(?<!`)\2(?!`)|(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/|www\.)[^ \t\n]*/g;
/** Not behind what makes a mail address or a path of it, and not behind a backslash. */
const WORD = /(?<![\p{L}\p{M}\p{N}/\\@])@((?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}]|[._-])+)/gu;
const BEGINS = /^[\p{L}\p{N}]/u;
/** These are the sentence's. */
const MARKS_AT_END = /[._-]+$/;

export interface Mentions {
  /** Different ones, as they are kept, in order; whether anybody is called so is another matter. */
  readonly handles: readonly string[];
  readonly here: boolean;
}
/** A mention in a text: from its sign `@` until before `end`. */
export interface MentionPlace {
  readonly start: number;
  readonly end: number;
  /** As it is kept. */
  readonly handle: string;
}

/** Whom a message addresses. docs/protocol/mentions.json is the table of this rule, which the server shares. */
export function mentionsIn(content: string): Mentions {
  if (!content.includes("@")) return { handles: [], here: false };
  const words = new Set(mentionPlaces(content.replace(NO_TEXT, " ")).map(({ handle }) => handle));
  const here = words.delete(HERE);
  return { handles: [...words].slice(0, MOST), here };
}

/** The mentions in a text without code and addresses. */
export function mentionPlaces(text: string): MentionPlace[] {
  if (!text.includes("@")) return [];
  return [...text.matchAll(WORD)].flatMap(({ 1: run = "", index: start }) => {
    const word = run.replace(MARKS_AT_END, "");
    const handle = caseFolded(word);
    const { length } = Array.from(handle);
    if (!BEGINS.test(word) || text[start + 1 + run.length] === "@") return [];
    if (length < HANDLE_LIMITS.least || length > HANDLE_LIMITS.most) return [];
    return [{ start, end: start + 1 + word.length, handle }];
  });
}

/** Whether a message addresses a user who is called `handle`; nobody is addressed by what they say themselves. */
export function addresses(message: Pick<Message, "content" | "userId" | "mentionsHere">, userId: string, handle: string | undefined): boolean {
  if (message.userId === userId) return false;
  const { handles, here } = mentionsIn(message.content);
  return (here && message.mentionsHere === true) || (handle !== undefined && handles.includes(handle));
}
