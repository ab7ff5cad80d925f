/** Rooms' logs as the server has them: messages as they are now, and the changes that were made to them. */
import fc from "fast-check";
import type { Change, Message } from "@/protocol/frames";
import type { FetchPage, Page } from "@/protocol/rooms/recovery";
import { fold } from "@/protocol/rooms/fold";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { ordered } from "./messages";

type Made = Pick<Change, "kind" | "content" | "emoji" | "on" | "userId">;
export type Entry = Message | Change;

export function isChange(entry: Entry): entry is Change {
  return "target" in entry;
}

const made: fc.Arbitrary<Made> = fc.oneof(
  fc.record({ kind: fc.constant("edit" as const), content: fc.constantFrom("Hi", "Hello", ""), userId: fc.constant("alice") }),
  fc.record({
    kind: fc.constant("reaction" as const),
    emoji: fc.constantFrom("👍", "❤️"),
    on: fc.boolean(),
    userId: fc.constantFrom("alice", "bob"),
  }),
  fc.record({ kind: fc.constant("pin" as const), on: fc.boolean(), userId: fc.constant("bob") }),
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deletion" as const), userId: fc.constant("alice") }) },
);

/** Up to `maxLength` changes, made of the sort keys that they may be of and the time from which on they come. */
export function arbitraryChanges(maxLength: number): fc.Arbitrary<(targets: readonly string[], from: number) => Change[]> {
  const step = fc.record({ what: made, gap: fc.integer({ min: 1, max: 60_000 }), target: fc.nat() });
  return fc.array(step, { maxLength }).map((steps) => (targets, from) => {
    let time = from;
    return steps.map(({ what, gap, target }, index) => {
      time += gap;
      const sortKey = sortKeyOf(time, `c${index}`);
      const of = targets[target % targets.length] ?? "";
      return { roomId: "global", sortKey, target: of, username: what.userId, createdAt: time, ...what };
    });
  });
}

/** A message as the server has it once those changes are made. */
export function asStored(message: Message, changes: readonly Change[]): Message {
  const last = Math.max(0, ...changes.filter(({ target }) => target === message.sortKey).map(({ createdAt }) => createdAt));
  const now = fold(message, changes);
  const changedAt = now.deletedAt ?? last;
  return changedAt > 0 ? { ...now, changedAt } : now;
}

/** Answers `getMessages` as the server does, in pages of at most `pageSize`. */
export function serverLog(stored: () => readonly Entry[], pageSize = 100): FetchPage {
  return async ({ limit, before, after }) => {
    const entries = stored();
    const changes = entries.filter(isChange);
    const messages = ordered(entries.filter((entry): entry is Message => !isChange(entry)).map((each) => asStored(each, changes)));
    const size = Math.min(limit, pageSize);
    return after === undefined ? newest(messages, changes, size, before) : since(messages, changes, size, after);
  };
}

function newest(messages: readonly Message[], changes: readonly Change[], size: number, before?: string): Page {
  const matching = messages.filter(({ sortKey }) => before === undefined || sortKey < before);
  const page = matching.slice(-size);
  const first = page[0]?.sortKey ?? "";
  const nextCursor = page.length < matching.length ? first : null;
  const start = nextCursor === null ? "" : first;
  const within = before === undefined ? changes.map(({ sortKey }) => sortKey).filter((key) => key > start) : [];
  return { messages: page, nextCursor, changes: within.sort(), changed: [] };
}

function since(messages: readonly Message[], changes: readonly Change[], size: number, after: string): Page {
  const matching = [...messages, ...changes].filter(({ sortKey }) => sortKey > after).sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
  const page = matching.slice(0, size);
  const here = page.filter((entry): entry is Message => !isChange(entry));
  const made = page.filter(isChange);
  const targets = new Set(made.map(({ target }) => target));
  const changed = messages.filter(({ sortKey }) => targets.has(sortKey) && !here.some((each) => each.sortKey === sortKey));
  const nextCursor = page.length < matching.length ? (page.at(-1)?.sortKey ?? null) : null;
  return { messages: here, nextCursor, changes: made.map(({ sortKey }) => sortKey), changed };
}
