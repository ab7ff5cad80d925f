/** The one way a room catches up: at start-up, after a reconnect, after a gap. */
import { PAGE_LIMIT, type Message } from "@/protocol/frames";
import { restart, resume, type Timeline } from "./timeline";

/**
 * How far recovery reaches back before the newest known message, in milliseconds.
 *
 * A sort key's time is the sender's clock, accepted within ±60 s of the server's, so a message stored later may sort
 * up to 120 s before one already seen.
 */
export const OVERLAP_MS = 120_000;
/** A gap of more pages than this is not filled: the room starts again from its newest page. */
export const GAP_LIMIT_PAGES = 10;
const NEWEST_PAGE_SIZE = 50;

export interface PageRequest {
  readonly limit: number;
  readonly before?: string;
  readonly after?: string;
}
export interface Page {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Cursor of the next page in the same direction; null at the end. */
  readonly nextCursor: string | null;
}
export type FetchPage = (request: PageRequest) => Promise<Page>;
/** Applies what was fetched to the timeline as it is by then. */
export type Catchup = (timeline: Timeline) => Timeline;

/** Fetch what a room lacks since it was last complete. */
export async function recover(timeline: Timeline, fetchPage: FetchPage): Promise<Catchup> {
  const missed = timeline.syncedTo === null ? null : await fetchSince(overlapCursor(timeline.syncedTo), fetchPage);
  if (missed) return (current) => resume(current, missed);
  const page = await fetchPage({ limit: NEWEST_PAGE_SIZE });
  return (current) => restart(current, page.messages, page.nextCursor === null);
}

/** All messages after `cursor`, or null when they are more than `GAP_LIMIT_PAGES`. */
async function fetchSince(cursor: string, fetchPage: FetchPage): Promise<Message[] | null> {
  const fetched: Message[] = [];
  let after: string | null = cursor;
  for (let pages = 0; pages < GAP_LIMIT_PAGES; pages++) {
    const page: Page = await fetchPage({ limit: PAGE_LIMIT, after });
    fetched.push(...page.messages);
    after = page.nextCursor;
    if (after === null) return fetched;
  }
  return null;
}

function overlapCursor(sortKey: string): string {
  return shiftedBy(sortKey, -OVERLAP_MS);
}

/** `sortKey` with its time moved by `milliseconds`. */
export function shiftedBy(sortKey: string, milliseconds: number): string {
  const [time = "", id = ""] = sortKey.split("#", 2);
  return sortKeyOf(Math.max(0, Number(time) + milliseconds), id);
}

/** The sort key of a message made at `time` (epoch milliseconds). */
export function sortKeyOf(time: number, messageId: string): string {
  return `${String(time).padStart(13, "0")}#${messageId}`;
}
