/** How far a room was read, and where the "new messages" divider stands: one rule, whichever way the room was opened. */
import type { Message } from "@/protocol/frames";
import { indexFrom } from "@/protocol/rooms/timeline";

/** Before every sort key: read to here, a room has been seen, and nothing in it. */
export const BEGINNING = "";

export interface Reading {
  /** Sort key of the last message that counts as read; undefined in a room never seen. */
  readonly readTo: string | undefined;
  /** Sort key of the last message above the divider; undefined before the room was first seen. */
  readonly above: string | undefined;
}

/** What there is of a room at one moment. */
export interface Sight {
  /** Ordered by sort key. */
  readonly messages: readonly Message[];
  /** Whether a page of history has come: before that, nothing says what is new. */
  readonly loaded: boolean;
  /** Whether the user sees the end of the conversation: page visible, list scrolled to where it opens, and at its end. */
  readonly looking: boolean;
}

export function openReading(readTo: string | undefined): Reading {
  return { readTo, above: readTo };
}

/**
 * The reading after what is in sight changed from `before` to `now`.
 *
 * What is in sight of a looking user is read. The divider stands before the first unread message, and stays there once
 * that is read, until one goes on talking. In a room seen for the first time nothing that was there before is new.
 */
export function look(reading: Reading, before: Sight, now: Sight, ownUserId: string): Reading {
  if (!now.loaded) return reading;
  const newest = now.messages.at(-1)?.sortKey ?? BEGINNING;
  if (reading.above === undefined) return { readTo: now.looking ? newest : reading.readTo, above: newest };
  if (!now.looking) {
    const unread = firstOfOthers(now.messages, reading.readTo, ownUserId) !== null;
    return unread && reading.readTo !== undefined ? { ...reading, above: reading.readTo } : reading;
  }
  const watched = before.loaded && before.looking;
  const undivided = firstOfOthers(before.messages, reading.above, ownUserId) === null;
  const answered = before.loaded && now.messages.at(-1)?.userId === ownUserId && newest > newestOf(before);
  return {
    readTo: newest > (reading.readTo ?? BEGINNING) ? newest : (reading.readTo ?? newest),
    above: (watched && undivided) || answered ? newest : reading.above,
  };
}

/** Sort key of the first message below the divider; null where there is no divider. */
export function firstUnread({ above }: Reading, messages: readonly Message[], ownUserId: string): string | null {
  return firstOfOthers(messages, above, ownUserId);
}

/** What is deleted is no news, as little as it counts as unread. */
function firstOfOthers(messages: readonly Message[], after: string | undefined, ownUserId: string): string | null {
  if (after === undefined) return null;
  const rest = messages.slice(indexFrom(messages, after));
  const isNews = ({ sortKey, userId, deletedAt }: Message) => sortKey > after && userId !== ownUserId && deletedAt === undefined;
  return rest.find(isNews)?.sortKey ?? null;
}

function newestOf({ messages }: Sight): string {
  return messages.at(-1)?.sortKey ?? BEGINNING;
}
