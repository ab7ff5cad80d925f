/**
 * A stretch of a room's history apart from its end: what a link or a date leads to. It grows in both directions, page by
 * page, and ends when it meets the timeline, which takes it in.
 *
 * All functions are pure.
 */
import type { Change, Message, Notice } from "@/protocol/frames";
import { fold } from "./fold";
import { mergedNotices, receiveNotices } from "./notices";
import type { Page } from "./recovery";
import { prepend, type Timeline } from "./timeline";

export interface Excerpt {
  /** Ordered by `sortKey`, each message once, and none left out between the first and the last. */
  readonly messages: readonly Message[];
  readonly notices: readonly Notice[];
  readonly hasOlder: boolean;
  /** Whether the room goes on behind the last message. */
  readonly hasNewer: boolean;
}

/** As many as fill a screen or two, in each direction. */
export const EXCERPT_PAGE = 50;

/**
 * A cursor that `sortKey` comes right after: pages begin behind their cursor, and this one is to be in its page. No other
 * message is in between, since no two ids differ in their last letter alone.
 */
export function cursorBefore(sortKey: string): string {
  return sortKey.endsWith("#") ? sortKey : sortKey.slice(0, -1);
}

export function excerptOf(older: Page, newer: Page): Excerpt {
  return {
    messages: [...older.messages, ...newer.messages],
    notices: mergedNotices(older.notices, newer.notices),
    hasOlder: older.nextCursor !== null,
    hasNewer: newer.nextCursor !== null,
  };
}

export function withOlder(excerpt: Excerpt, page: Page): Excerpt {
  const notices = mergedNotices(excerpt.notices, page.notices);
  return { ...excerpt, messages: [...page.messages, ...excerpt.messages], notices, hasOlder: page.nextCursor !== null };
}

export function withNewer(excerpt: Excerpt, page: Page): Excerpt {
  const notices = mergedNotices(excerpt.notices, page.notices);
  return { ...excerpt, messages: [...excerpt.messages, ...page.messages], notices, hasNewer: page.nextCursor !== null };
}

/** With what was pushed meanwhile; the same excerpt if that is about none of its messages. */
export function changedBy(excerpt: Excerpt, changes: readonly Change[]): Excerpt {
  const targets = new Set(changes.map(({ target }) => target));
  if (!excerpt.messages.some(({ sortKey }) => targets.has(sortKey))) return excerpt;
  return { ...excerpt, messages: excerpt.messages.map((message) => fold(message, changes)) };
}

/** Whether nothing lies between the excerpt and the loaded messages of the timeline. */
export function meets({ messages, hasNewer }: Excerpt, timeline: Timeline): boolean {
  const first = timeline.messages[0];
  const last = messages.at(-1);
  if (timeline.hasOlder === null) return false;
  return !hasNewer || (first !== undefined && last !== undefined && last.sortKey >= first.sortKey);
}

/** The timeline with the excerpt, which meets it, before it. */
export function takenIn({ messages, notices, hasOlder }: Excerpt, timeline: Timeline): Timeline {
  const first = timeline.messages[0];
  const before = first ? messages.filter(({ sortKey }) => sortKey < first.sortKey) : messages;
  // Loaded further back than the excerpt goes: the timeline knows better whether there is more.
  return before.length === 0 ? timeline : receiveNotices(prepend(timeline, before, !hasOlder), notices);
}
