/** The notices in a room's log. All functions are pure. */
import type { Message, Notice } from "@/protocol/frames";
import { withKeys } from "./changes";
import { bySortKey, type Timeline } from "./timeline";

/** Pushed notices arrive, or those of a page that is taken in. */
export function receiveNotices(timeline: Timeline, incoming: readonly Notice[]): Timeline {
  const known = new Set(timeline.notices.map(({ sortKey }) => sortKey));
  const fresh = incoming.filter(({ sortKey }) => !known.has(sortKey));
  if (fresh.length === 0) return timeline;
  // Those that are settled go with the next that is read.
  const changeKeys = withKeys(timeline.changeKeys, fresh.map(({ sortKey }) => sortKey));
  return { ...timeline, notices: mergedNotices(timeline.notices, fresh), changeKeys };
}

/** Both, in the order of the log, each once. */
export function mergedNotices(known: readonly Notice[], more: readonly Notice[]): readonly Notice[] {
  const all = new Map([...known, ...more].map((notice) => [notice.sortKey, notice]));
  return all.size === known.length ? known : [...all.values()].sort(bySortKey);
}

/**
 * The notices that stand among messages. Before the first of them there may be more, unless it is the first of the room.
 */
export function noticesAmong(notices: readonly Notice[], messages: readonly Message[], complete: boolean): readonly Notice[] {
  const first = messages[0]?.sortKey;
  if (complete) return notices;
  return first === undefined ? [] : notices.filter(({ sortKey }) => sortKey > first);
}
