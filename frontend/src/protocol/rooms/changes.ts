/** The changes in a room's log: what was pushed is folded into the messages, what was read is known by its place. All functions are pure. */
import type { Change, Message } from "@/protocol/frames";
import { fold } from "./fold";
import { receive, sortKeyOf, type Timeline } from "./timeline";

/** Changes are kept until so long after they are settled: a digest begins at a full minute. */
const KEPT_MS = 60_000;

/** Pushed or acknowledged changes arrive. */
export function receiveChanges(timeline: Timeline, incoming: readonly Change[]): Timeline {
  const known = new Set(timeline.changes.map(({ sortKey }) => sortKey));
  // What is older has been read, and is in the messages.
  const oldest = timeline.syncedTo === null ? "" : sortKeyOf(timeline.syncedTo - KEPT_MS);
  const fresh = incoming.filter(({ sortKey }) => sortKey >= oldest && !known.has(sortKey));
  if (fresh.length === 0) return timeline;
  const changes = [...timeline.changes, ...unique(fresh)];
  const targets = new Set(fresh.map(({ target }) => target));
  const messages = timeline.messages.map((message) => (targets.has(message.sortKey) ? fold(message, changes) : message));
  const keys = fresh.map(({ sortKey }) => sortKey);
  return { ...timeline, messages, changes, changeKeys: withKeys(timeline.changeKeys, keys) };
}

/** A page of the log was read: these changes are in it, and what they changed elsewhere is like this. */
export function learnChanges(timeline: Timeline, keys: readonly string[], changed: readonly Message[]): Timeline {
  const loaded = receive(timeline, changed);
  const changeKeys = withKeys(loaded.changeKeys, keys);
  return changeKeys === loaded.changeKeys ? loaded : { ...loaded, changeKeys };
}

/** Without the changes that are settled: all of them are in the messages, and none comes before them any more. */
export function forgetSettled(timeline: Timeline): Timeline {
  const { syncedTo, changes, changeKeys } = timeline;
  const oldest = sortKeyOf((syncedTo ?? 0) - KEPT_MS);
  if (!changeKeys.some((key) => key < oldest)) return timeline;
  const settled = changes.filter(({ sortKey }) => sortKey < oldest);
  const foldedAt = new Map<string, number>();
  for (const { target, createdAt } of settled) foldedAt.set(target, Math.max(createdAt, foldedAt.get(target) ?? 0));
  return {
    ...timeline,
    messages: settled.length === 0 ? timeline.messages : timeline.messages.map((message) => upTo(message, foldedAt)),
    changes: changes.filter(({ sortKey }) => sortKey >= oldest),
    changeKeys: changeKeys.filter((key) => key >= oldest),
  };
}

function upTo(message: Message, folded: ReadonlyMap<string, number>): Message {
  const at = folded.get(message.sortKey);
  return at === undefined ? message : { ...message, foldedAt: Math.max(at, message.foldedAt ?? 0) };
}

/** Both, in order, each once. */
export function withKeys(known: readonly string[], keys: readonly string[]): readonly string[] {
  const last = known.at(-1) ?? "";
  // What is pushed comes behind all that is known, and may be one of thousands in some minutes.
  if (keys.length > 0 && keys.every((key) => key > last)) return [...known, ...new Set(keys.toSorted())];
  const all = new Set([...known, ...keys]);
  return all.size === known.length ? known : [...all].sort();
}

function unique(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [change.sortKey, change])).values()];
}
