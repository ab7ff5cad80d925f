/**
 * The loaded part of one room: an unbroken stretch of its history, ordered and without duplicates.
 *
 * All functions are pure; a timeline that did not change is returned as the same object.
 */
import type { Message } from "@/protocol/frames";

export interface Timeline {
  /** Ordered by `sortKey`, each message once. */
  readonly messages: readonly Message[];
  /** Whether the room holds messages before the first loaded one; null before the first page came. */
  readonly hasOlder: boolean | null;
  /**
   * Where the last read of history ended: recovery starts from here; null before the first read.
   *
   * Pushes never move it: one may still be under way to this connection when later ones have come.
   */
  readonly syncedTo: string | null;
}

export const EMPTY_TIMELINE: Timeline = { messages: [], hasOlder: null, syncedTo: null };
/** Before every sort key. */
const BEGINNING = "0000000000000#";

/** `incoming` merged into `known`. Equal sort keys are the same message: the key ends with the message's id. */
export function merge(known: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  const fresh = unique(incoming).filter((message) => !includes(known, message.sortKey));
  if (fresh.length === 0) return known;
  const last = known.at(-1);
  const merged = [...known, ...fresh];
  return !last || last.sortKey < (fresh[0] as Message).sortKey ? merged : merged.sort(bySortKey);
}

/** Pushed or acknowledged messages arrive. */
export function receive(timeline: Timeline, incoming: readonly Message[]): Timeline {
  // One older than the loaded stretch would leave a hole behind it; it comes with its page of history.
  const first = timeline.hasOlder === false ? undefined : timeline.messages[0]?.sortKey;
  const within = first === undefined ? incoming : incoming.filter((message) => message.sortKey > first);
  const messages = merge(timeline.messages, within);
  return messages === timeline.messages ? timeline : { ...timeline, messages };
}

/** A page of older history arrives; `complete` when it reaches the start of the room. */
export function prepend(timeline: Timeline, page: readonly Message[], complete: boolean): Timeline {
  return { ...timeline, messages: merge(timeline.messages, page), hasOlder: !complete };
}

/** The stretch after `syncedTo` has been fetched up to now. */
export function resume(timeline: Timeline, fetched: readonly Message[]): Timeline {
  return { ...timeline, messages: merge(timeline.messages, fetched), syncedTo: newest(fetched) ?? timeline.syncedTo };
}

/** The newest page has been fetched; what lies before it is dropped, since a gap may be between. */
export function restart(timeline: Timeline, page: readonly Message[], complete: boolean): Timeline {
  const start = page[0]?.sortKey ?? "";
  const messages = merge(page, timeline.messages.filter((message) => message.sortKey > start));
  return { messages, hasOlder: !complete, syncedTo: newest(page) ?? BEGINNING };
}

/** At most the newest `limit` messages; the rest can be loaded again. */
export function trim(timeline: Timeline, limit: number): Timeline {
  if (timeline.messages.length <= limit) return timeline;
  return { ...timeline, messages: timeline.messages.slice(-limit), hasOlder: true };
}

/** Whether something came by push since history was last read. */
export function hasNews(timeline: Timeline): boolean {
  return (newest(timeline.messages) ?? "") > (timeline.syncedTo ?? "");
}

function newest(messages: readonly Message[]): string | null {
  return messages.at(-1)?.sortKey ?? null;
}

function bySortKey(a: Message, b: Message): number {
  return a.sortKey < b.sortKey ? -1 : 1;
}

function unique(messages: readonly Message[]): Message[] {
  return [...new Map(messages.map((message) => [message.sortKey, message])).values()].sort(bySortKey);
}

/** Whether the ordered `messages` hold `sortKey`. */
export function includes(messages: readonly Message[], sortKey: string): boolean {
  return messages[indexFrom(messages, sortKey)]?.sortKey === sortKey;
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
