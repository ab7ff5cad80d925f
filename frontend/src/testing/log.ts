/** Rooms' logs as the server has them: messages as they are now, and the changes that were made to them. */
import fc from "fast-check";
import type { Change, Message, Notice } from "@/protocol/frames";
import type { FetchPage, Page } from "@/protocol/rooms/recovery";
import { fold } from "@/protocol/rooms/fold";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { ordered } from "./messages";

type Made = Pick<Change, "kind" | "content" | "emoji" | "on" | "userId">;
export type Entry = Message | Change | Notice;

export function isChange(entry: Entry): entry is Change {
  return "target" in entry;
}

export function isNotice(entry: Entry): entry is Notice {
  return "event" in entry;
}

function isMessage(entry: Entry): entry is Message {
  return !isChange(entry) && !isNotice(entry);
}

/** Up to `maxLength` notices, made of the time from which on they come. */
export function arbitraryNotices(maxLength: number): fc.Arbitrary<(from: number) => Notice[]> {
  return fc.array(fc.nat({ max: 120_000 }), { maxLength }).map((gaps) => (from) =>
    gaps.map((gap, index) => notice(from + gap, { sortKey: sortKeyOf(from + gap, `n${index}`) })),
  );
}

/** Somebody has come into the room. */
export function notice(createdAt: number, overrides: Partial<Notice> = {}): Notice {
  const sortKey = sortKeyOf(createdAt, "n");
  return { roomId: "global", sortKey, userId: "bob", createdAt, event: "joined", about: "bob", ...overrides };
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
    const log = { messages: ordered(entries.filter(isMessage).map((each) => asStored(each, changes))), changes, notices: entries.filter(isNotice) };
    const size = Math.min(limit, pageSize);
    return after === undefined ? newest(log, size, before) : since(log, size, after);
  };
}

interface Log {
  readonly messages: readonly Message[];
  readonly changes: readonly Change[];
  readonly notices: readonly Notice[];
}

function newest({ messages, changes, notices }: Log, size: number, before?: string): Page {
  const matching = messages.filter(({ sortKey }) => before === undefined || sortKey < before);
  const page = matching.slice(-size);
  const first = page[0]?.sortKey ?? "";
  const nextCursor = page.length < matching.length ? first : null;
  const start = nextCursor === null ? "" : first;
  const noted = notices.filter(({ sortKey }) => sortKey > start && (before === undefined || sortKey < before)).sort(bySortKey);
  const within = before === undefined ? [...changes, ...noted].map(({ sortKey }) => sortKey).filter((key) => key > start) : [];
  return { messages: page, nextCursor, changes: within.sort(), changed: [], notices: noted };
}

function since({ messages, changes, notices }: Log, size: number, after: string): Page {
  const matching = [...messages, ...changes, ...notices].filter(({ sortKey }) => sortKey > after).sort(bySortKey);
  const page = matching.slice(0, size);
  const here = page.filter(isMessage);
  const targets = new Set(page.filter(isChange).map(({ target }) => target));
  const changed = messages.filter(({ sortKey }) => targets.has(sortKey) && !here.some((each) => each.sortKey === sortKey));
  const nextCursor = page.length < matching.length ? (page.at(-1)?.sortKey ?? null) : null;
  const others = page.filter((entry) => !isMessage(entry)).map(({ sortKey }) => sortKey);
  return { messages: here, nextCursor, changes: others, changed, notices: page.filter(isNotice) };
}

function bySortKey(a: Entry, b: Entry): number {
  return a.sortKey < b.sortKey ? -1 : 1;
}
