import fc from "fast-check";
import type { Message } from "@/protocol/frames";
import type { Digest } from "@/protocol/rooms/digest";
import { v7 } from "uuid";
import type { FetchPage } from "@/protocol/rooms/recovery";
import { sortKeyOf } from "@/protocol/rooms/timeline";

export const NOW = Date.UTC(2026, 10, 23, 12);

let made = 0;

/** A message made at `time` (epoch milliseconds); of the same millisecond, in the order of making. */
export function message(time: number, overrides: Partial<Message> = {}): Message {
  const messageId = overrides.messageId ?? v7({ msecs: time, seq: ++made });
  return {
    roomId: "global",
    sortKey: sortKeyOf(time, messageId),
    messageId,
    userId: "alice",
    username: "Alice",
    content: "hello",
    createdAt: time,
    ...overrides,
  };
}

/** `count` messages, a second apart, oldest first. */
export function messages(count: number, start = NOW): Message[] {
  return Array.from({ length: count }, (_, index) => message(start + index * 1_000));
}

/** Histories of up to `maxLength` messages in the order of storing: a put may take up to 15 s, so later ones sort before it. */
export function arbitraryHistory(maxLength: number): fc.Arbitrary<Message[]> {
  const step = fc.record({ gap: fc.integer({ min: 0, max: 90_000 }), took: fc.integer({ min: 0, max: 14_999 }) });
  return fc.array(step, { maxLength }).map((steps) => {
    let serverTime = NOW;
    return steps.map(({ gap, took }, index) => {
      serverTime += gap;
      // Like UUIDs, they differ in more than their last letter.
      return message(serverTime - took, { messageId: `m${index}.` });
    });
  });
}

export function ordered(history: readonly Message[]): Message[] {
  return [...history].sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
}

/** Answers `getMessages` from `stored()` as the server does, in pages of at most `pageSize`. */
export function serverHistory(stored: () => readonly Message[], pageSize = 100): FetchPage {
  return async ({ limit, before, after }) => {
    const matching = ordered(stored()).filter(
      ({ sortKey }) => (before === undefined || sortKey < before) && (after === undefined || sortKey > after),
    );
    const size = Math.min(limit, pageSize);
    const page = after === undefined ? matching.slice(-size) : matching.slice(0, size);
    const edge = after === undefined ? page[0] : page.at(-1);
    const nextCursor = page.length < matching.length ? (edge?.sortKey ?? null) : null;
    return { messages: page, nextCursor, changes: [], changed: [], notices: [] };
  };
}

/** An entry of a log: a message, or a change of one, whose id is in its sort key alone. */
type Entry = Pick<Message, "roomId" | "sortKey" | "createdAt">;

/**
 * What the server answers to a digest: written from the protocol's page, not from the client's code.
 *
 * @param stored - what the digest is of: the messages, with `changes` those, too
 */
export function compareDigests(stored: readonly Entry[], rooms: Record<string, Digest>, now: number) {
  const settledAfter = 15_000;
  const differs: string[] = [];
  const unsettled: string[] = [];
  for (const [roomId, { from, until, count, xor }] of Object.entries(rooms)) {
    if (from % 60_000 || until % 60_000 || until - from > 3_600_000) throw new Error("a digest is of whole minutes, 60 at most");
    if (until > now - settledAfter) {
      unsettled.push(roomId);
      continue;
    }
    const within = stored.filter((item) => item.roomId === roomId && item.createdAt >= from && item.createdAt < until);
    let sum = 0n;
    for (const { sortKey } of within) sum ^= BigInt(`0x${sortKey.slice(-17).replace("-", "")}`);
    if (within.length !== count || sum !== BigInt(`0x${xor}`)) differs.push(roomId);
  }
  return { action: "ping", now, differs, unsettled };
}
