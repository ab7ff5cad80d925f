import fc from "fast-check";
import type { Message } from "@/protocol/frames";
import { newMessageId } from "@/protocol/outbox/messageId";
import { sortKeyOf, type FetchPage } from "@/protocol/rooms/recovery";

export const NOW = Date.UTC(2026, 10, 23, 12);

/** A message made at `time` (epoch milliseconds). */
export function message(time: number, overrides: Partial<Message> = {}): Message {
  const messageId = overrides.messageId ?? newMessageId(time);
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

/** Histories of up to `maxLength` messages with their senders' clocks off by up to 60 s, in the order of storing. */
export function arbitraryHistory(maxLength: number): fc.Arbitrary<Message[]> {
  const step = fc.record({ gap: fc.integer({ min: 0, max: 90_000 }), skew: fc.integer({ min: -60_000, max: 60_000 }) });
  return fc.array(step, { maxLength }).map((steps) => {
    let serverTime = NOW;
    return steps.map(({ gap, skew }, index) => {
      serverTime += gap;
      return message(serverTime + skew, { messageId: `m${index}` });
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
    return { messages: page, nextCursor: page.length < matching.length ? (edge?.sortKey ?? null) : null };
  };
}
