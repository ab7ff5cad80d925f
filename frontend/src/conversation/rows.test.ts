import fc from "fast-check";
import { expect, it } from "vitest";
import { newMessageId } from "@/protocol/outbox/messageId";
import { arbitraryHistory, message, messages, NOW, ordered } from "@/testing/messages";
import { rowsOf, type Conversation, type Row } from "./rows";

const EMPTY: Conversation = { messages: [], outgoing: [], complete: false, firstUnread: null, ownUserId: "me" };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const kinds = (rows: Row[]) => rows.map(({ kind }) => kind);
const opens = (rows: Row[]) => rows.flatMap((row) => ("opensGroup" in row ? [row.opensGroup] : []));

it("puts messages of one author within five minutes together", () => {
  const times = [0, 1, 4, 10];
  const rows = rowsOf({ ...EMPTY, messages: times.map((minutes) => message(NOW + minutes * MINUTE)) });
  expect(opens(rows)).toEqual([true, false, false, true]);
});

it("begins a new group for another author, and for one who took another name", () => {
  const rows = rowsOf({
    ...EMPTY,
    messages: [message(NOW), message(NOW + 1, { username: "Alice II" }), message(NOW + 2, { userId: "bob" })],
  });
  expect(opens(rows)).toEqual([true, true, true]);
});

it("divides days", () => {
  const rows = rowsOf({ ...EMPTY, messages: [message(NOW), message(NOW + 1), message(NOW + DAY)] });
  expect(kinds(rows)).toEqual(["day", "message", "message", "day", "message"]);
});

it("shows where the room begins once its start is loaded", () => {
  expect(kinds(rowsOf({ ...EMPTY, complete: true, messages: messages(1) }))).toEqual(["start", "day", "message"]);
});

it("divides what is new, and begins a group there", () => {
  const all = messages(3);
  const rows = rowsOf({ ...EMPTY, messages: all, firstUnread: all[1]?.sortKey ?? null });
  expect(kinds(rows)).toEqual(["day", "message", "unread", "message", "message"]);
  expect(opens(rows)).toEqual([true, true, false]);
});

it("shows what is on its way after everything else, but not once it arrived", () => {
  const arrived = message(NOW);
  const entry = { roomId: "global", content: "hi", failure: null };
  const outgoing = [
    { ...entry, clientMessageId: arrived.messageId },
    { ...entry, clientMessageId: newMessageId(NOW - MINUTE) },
  ];
  expect(kinds(rowsOf({ ...EMPTY, messages: [arrived], outgoing }))).toEqual(["day", "message", "outgoing"]);
});

it("gives every row a key of its own, and every message its row", () => {
  fc.assert(
    fc.property(arbitraryHistory(40), (history) => {
      const rows = rowsOf({ ...EMPTY, messages: ordered(history) });
      expect(rows.filter(({ kind }) => kind === "message")).toHaveLength(history.length);
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    }),
  );
});
