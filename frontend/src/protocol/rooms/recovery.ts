/** The one way a room catches up: at start-up, after a reconnect, after a gap, where a digest differs. */
import { PAGE_LIMIT, type Message, type Notice } from "@/protocol/frames";
import { forgetSettled, learnChanges } from "./changes";
import { receiveNotices } from "./notices";
import { pageWithMessages } from "./pages";
import { extend, receive, recoveryPoint, restart, settledTime, sortKeyOf, timeOf, type Timeline } from "./timeline";

/** So much of a gap is read as fast as it comes; then the newest page is shown, and the rest follows at leisure. */
export const QUICK_PAGES = 10;
const LEISURE_MS = 2_000;
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
  /** Sort keys of the changes and notices within the page, where it is not one `before` a place. */
  readonly changes: readonly string[];
  /** What these changed outside of the page, as it is now. */
  readonly changed: readonly Message[];
  /** Those within the page, oldest first. */
  readonly notices: readonly Notice[];
}
export type FetchPage = (request: PageRequest) => Promise<Page>;

export interface RecoveryPort {
  timeline: () => Timeline;
  update: (change: (timeline: Timeline) => Timeline) => void;
  fetchPage: FetchPage;
  /** A time on the server's clock that has passed, epoch milliseconds. */
  serverTime: () => number;
  /** How many pages this room keeps at most. A gap that is longer is not filled: nothing before it would be kept either. */
  pagesKept: () => number;
  pause: (milliseconds: number) => Promise<void>;
}

/**
 * Fetch what a room lacks since it was last complete. Every page is taken in at once, so that what was read is not read
 * again, and nothing that is loaded is thrown away for it.
 *
 * @returns the rest of the work when the gap is long; the present shows by then
 */
export async function recover(port: RecoveryPort): Promise<(() => Promise<void>) | null> {
  if (port.timeline().syncedTo === null) return startAtNewest(port);
  const quick = Math.min(QUICK_PAGES, port.pagesKept());
  const rest = await readPages(port, sortKeyOf(recoveryPoint(port.timeline())), quick);
  if (rest === null) return null;
  if (port.pagesKept() <= quick) return startAtNewest(port);
  const newest = await port.fetchPage({ limit: NEWEST_PAGE_SIZE });
  port.update((timeline) => (timeline.syncedTo === null ? timeline : receive(learned(timeline, newest), newest.messages)));
  return () => fillGap(port, rest);
}

async function startAtNewest(port: RecoveryPort): Promise<null> {
  const serverTime = port.serverTime();
  const page = await pageWithMessages(port.fetchPage, { limit: NEWEST_PAGE_SIZE });
  port.update((timeline) =>
    forgetSettled(learned(restart(timeline, page.messages, page.nextCursor === null, serverTime), { ...page, changed: [] })),
  );
  return null;
}

function learned(timeline: Timeline, { changes, changed, notices }: Page): Timeline {
  return receiveNotices(learnChanges(timeline, changes, changed), notices);
}

async function fillGap(port: RecoveryPort, cursor: string): Promise<void> {
  let rest: string | null = cursor;
  for (let pages = QUICK_PAGES + 1; rest !== null; pages++) {
    if (pages > port.pagesKept()) return void (await startAtNewest(port));
    await port.pause(LEISURE_MS);
    rest = await readPages(port, rest, 1);
  }
}

/** Read up to `pages` pages after `cursor`; the cursor of the rest, or null at the end. */
async function readPages(port: RecoveryPort, cursor: string, pages: number): Promise<string | null> {
  let after = cursor;
  for (let count = 0; count < pages; count++) {
    const serverTime = port.serverTime();
    const page: Page = await port.fetchPage({ limit: PAGE_LIMIT, after });
    const next = page.nextCursor;
    const settled = settledTime(page.messages, serverTime);
    const readTo = next === null ? settled : Math.min(timeOf(next), settled);
    port.update((timeline) =>
      timeline.syncedTo === null ? timeline : forgetSettled(extend(learned(timeline, page), page.messages, readTo)),
    );
    if (next === null || port.timeline().syncedTo === null) return null;
    after = next;
  }
  return after;
}
