/**
 * The loaded part of one room: an unbroken stretch of its history, ordered and without duplicates.
 *
 * All functions are pure; a timeline that did not change is returned as the same object.
 */
import type { Change, Message, Notice } from "@/protocol/frames";
import { LATEST } from "@/protocol/lenient";
import { fold } from "./fold";

export interface Timeline {
  /** Ordered by `sortKey`, each message once, as it is now. */
  readonly messages: readonly Message[];
  /** The changes that were pushed and are not settled, also of messages that are not loaded (yet). */
  readonly changes: readonly Change[];
  /** In order, each once; they may reach further back than the messages, and show only among these. */
  readonly notices: readonly Notice[];
  /** Sort keys of all changes and notices that are not settled, in order. */
  readonly changeKeys: readonly string[];
  /** Whether the room holds messages before the first loaded one; null before the first page came. */
  readonly hasOlder: boolean | null;
  /**
   * Everything the server stored before this time (its clock, epoch milliseconds) is loaded, from the first loaded
   * message on: recovery starts from here. Null before the first read.
   *
   * Pushes never move it: one may still be under way to this connection when later ones have come.
   */
  readonly syncedTo: number | null;
}

export const EMPTY_TIMELINE: Timeline = {
  messages: [],
  changes: [],
  notices: [],
  changeKeys: [],
  hasOlder: null,
  syncedTo: null,
};
/**
 * For how long a message may be stored behind one with a later sort key, in milliseconds: the time-out of the function
 * that stores it (10 s), and what the clocks of AWS hosts differ by.
 */
export const PUT_MS = 15_000;

/** The sort key of a message made at `time` (epoch milliseconds); without an id, the first of that millisecond. */
export function sortKeyOf(time: number, messageId = ""): string {
  return `${String(Math.min(Math.max(0, time), LATEST)).padStart(13, "0")}#${messageId}`;
}

/** The time in a sort key, epoch milliseconds. */
export function timeOf(sortKey: string): number {
  return Number.parseInt(sortKey, 10);
}

/**
 * `incoming` merged into `known`. Equal sort keys are the same message: the key ends with the message's id. Of one that
 * came in two states the later counts.
 *
 * @param changes - what was pushed, and is not yet in an incoming message
 */
export function merge(
  known: readonly Message[],
  incoming: readonly Message[],
  changes: readonly Change[] = [],
): readonly Message[] {
  const distinct = unique(incoming);
  const later = new Map(distinct.filter((message) => isLater(message, findIn(known, message.sortKey))).map(keyed));
  const replaced = later.size === 0 ? known : known.map((message) => later.get(message.sortKey) ?? message);
  const fresh = distinct.filter((message) => !includes(known, message.sortKey)).map((message) => fold(message, changes));
  if (fresh.length === 0) return replaced;
  const last = known.at(-1);
  const merged = [...replaced, ...fresh];

  function keyed(message: Message): [string, Message] {
    return [message.sortKey, fold(message, changes)];
  }
  return !last || last.sortKey < (fresh[0] as Message).sortKey ? merged : merged.sort(bySortKey);
}

/** Pushed or acknowledged messages arrive. */
export function receive(timeline: Timeline, incoming: readonly Message[]): Timeline {
  // One older than the loaded stretch would leave a hole behind it; it comes with its page of history.
  const first = timeline.hasOlder ? timeline.messages[0]?.sortKey : undefined;
  const within = first === undefined ? incoming : incoming.filter((message) => message.sortKey > first);
  const messages = merge(timeline.messages, within, timeline.changes);
  return messages === timeline.messages ? timeline : { ...timeline, messages };
}

/** A page of older history arrives; `complete` when it reaches the start of the room. */
export function prepend(timeline: Timeline, page: readonly Message[], complete: boolean): Timeline {
  return { ...timeline, messages: merge(timeline.messages, page, timeline.changes), hasOlder: !complete };
}

/** History has been read, and everything before `syncedTo` is in it or was loaded before. */
export function extend(timeline: Timeline, read: readonly Message[], syncedTo: number): Timeline {
  // Left, or forgotten, while it was read.
  if (timeline.syncedTo === null) return timeline;
  return { ...receive(timeline, read), syncedTo: Math.max(timeline.syncedTo, syncedTo) };
}

/** Something is missing at or after `time`: recovery starts there. */
export function distrust(timeline: Timeline, time: number): Timeline {
  return timeline.syncedTo === null ? timeline : { ...timeline, syncedTo: Math.min(timeline.syncedTo, time) };
}

/** The newest page has been fetched; what lies before it is dropped, since a gap may be between. */
export function restart(timeline: Timeline, page: readonly Message[], complete: boolean, serverTime = 0): Timeline {
  const start = complete ? "" : (page[0]?.sortKey ?? "");
  const kept = timeline.messages.filter((message) => message.sortKey > start);
  const messages = merge(merge([], page, timeline.changes), kept);
  const syncedTo = Math.max(timeline.syncedTo ?? 0, settledTime(page, serverTime));
  return { ...timeline, messages, notices: noticesFrom(timeline, start), hasOlder: !complete, syncedTo };
}

/**
 * Up to where the newest page of history is complete for good.
 *
 * @param serverTime - a time on the server's clock that had passed before the page was asked for
 */
export function settledTime(page: readonly Message[], serverTime: number): number {
  return Math.max(serverTime, timeOf(newest(page) ?? "0")) - PUT_MS;
}

/** Where recovery starts: what lies before the loaded stretch comes with its pages of history. */
export function recoveryPoint({
  syncedTo,
  hasOlder,
  messages,
}: Pick<Timeline, "syncedTo" | "hasOlder" | "messages">): number {
  return Math.max(syncedTo ?? 0, hasOlder ? timeOf(messages[0]?.sortKey ?? "0") : 0);
}

/** At most the newest `limit` messages; the rest can be loaded again. */
export function trim(timeline: Timeline, limit: number): Timeline {
  if (timeline.messages.length <= limit) return timeline;
  const messages = timeline.messages.slice(-limit);
  return { ...timeline, messages, notices: noticesFrom(timeline, messages[0]?.sortKey ?? ""), hasOlder: true };
}

/** Without the messages before `time`; the rest can be loaded again. */
export function dropBefore(timeline: Timeline, time: number): Timeline {
  const start = indexFrom(timeline.messages, sortKeyOf(time));
  if (start === 0) return timeline;
  const messages = timeline.messages.slice(start);
  return { ...timeline, messages, notices: noticesFrom(timeline, sortKeyOf(time)), hasOlder: true };
}

/** The notices from a place on: those before it come again with the messages there. */
function noticesFrom({ notices }: Timeline, start: string): readonly Notice[] {
  return notices.some(({ sortKey }) => sortKey < start) ? notices.filter(({ sortKey }) => sortKey >= start) : notices;
}

/** Whether something came by push since history was last read. */
export function hasNews({ messages, syncedTo }: Timeline): boolean {
  const last = newest(messages);
  return last !== null && timeOf(last) >= (syncedTo ?? 0);
}

function newest(messages: readonly Message[]): string | null {
  return messages.at(-1)?.sortKey ?? null;
}

/** The order of a conversation, for sorting. */
export function bySortKey(a: Pick<Message, "sortKey">, b: Pick<Message, "sortKey">): number {
  return a.sortKey < b.sortKey ? -1 : 1;
}

function unique(messages: readonly Message[]): Message[] {
  return [...new Map(messages.map((message) => [message.sortKey, message])).values()].sort(bySortKey);
}

/** Whether `message` tells of changes that are not in `known`, which is the same message. */
function isLater(message: Message, known: Message | undefined): boolean {
  return known !== undefined && (message.changedAt ?? 0) > (known.changedAt ?? 0);
}

/** The loaded message at `sortKey`, by which replies name what they answer. */
export function findMessage(timeline: Timeline, sortKey: string): Message | undefined {
  return findIn(timeline.messages, sortKey);
}

function findIn(messages: readonly Message[], sortKey: string): Message | undefined {
  const found = messages[indexFrom(messages, sortKey)];
  return found?.sortKey === sortKey ? found : undefined;
}

/** Whether the ordered `messages` hold `sortKey`. */
export function includes(messages: readonly Message[], sortKey: string): boolean {
  return findIn(messages, sortKey) !== undefined;
}

/** Index of the first of the ordered `messages` at or after `sortKey`. */
export function indexFrom(messages: readonly Message[], sortKey: string): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle] as Message).sortKey < sortKey) low = middle + 1;
    else high = middle;
  }
  return low;
}
