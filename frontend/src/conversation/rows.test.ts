import fc from "fast-check";
import { expect, it } from "vitest";
import { newMessageId } from "@/protocol/outbox/messageId";
import { arbitraryHistory, message, messages, NOW, ordered } from "@/testing/messages";
import { arbitraryNotices, notice } from "@/testing/log";
import { rowsOf, type Conversation, type Row } from "./rows";

const EMPTY: Conversation = { messages: [], notices: [], outgoing: [], complete: false, firstUnread: null, ownUserId: "me" };
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

it("lets what is on its way stand with what was said just before, and apart from what is older", () => {
  const entry = { roomId: "global", content: "hi", failure: null };
  const outgoing = [0, 1, 9].map((minutes) => ({ ...entry, clientMessageId: newMessageId(NOW + minutes * MINUTE) }));
  expect(opens(rowsOf({ ...EMPTY, outgoing }))).toEqual([true, false, true]);
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

it("puts notices among the messages, and a group does not go on behind them", () => {
  const rows = rowsOf({ ...EMPTY, messages: messages(3), notices: [notice(NOW + 500), notice(NOW + 9_000)] });
  expect(kinds(rows)).toEqual(["day", "message", "notice", "message", "message", "notice"]);
  expect(opens(rows)).toEqual([true, true, false]);
});

it("puts notices in a row into one line where they say the same, on the same day", () => {
  const at = (time: number, about: string, more = {}) => notice(time, { sortKey: `${time}#${about}`, userId: about, about, ...more });
  const removed = { userId: "mo", event: "removed" };
  const notices = [at(NOW, "a"), at(NOW + 1, "b"), at(NOW + 2, "c", removed), at(NOW + 3, "d", removed), at(NOW + 4, "e"), at(NOW + DAY, "f")];
  const rows = rowsOf({ ...EMPTY, complete: true, notices });
  expect(kinds(rows)).toEqual(["start", "day", "notice", "notice", "notice", "day", "notice"]);
  const people = rows.flatMap((row) => (row.kind === "notice" ? [row.notices.map(({ about }) => about)] : []));
  expect(people).toEqual([["a", "b"], ["c", "d"], ["e"], ["f"]]);
});

it("leaves out notices that it does not know", () => {
  expect(kinds(rowsOf({ ...EMPTY, messages: messages(1), notices: [notice(NOW, { event: "archived" })] }))).toEqual(["day", "message"]);
});

it("shows every message and every notice once and in the order of the log, whatever lies between", () => {
  fc.assert(
    fc.property(arbitraryHistory(20), arbitraryNotices(10), (history, note) => {
      const notices = note(NOW).sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
      const rows = rowsOf({ ...EMPTY, messages: ordered(history), notices });
      const shown = rows.flatMap((row) => {
        if (row.kind === "notice") return row.notices.map(({ sortKey }) => sortKey);
        return row.kind === "message" ? [row.message.sortKey] : [];
      });
      expect(shown).toEqual([...history, ...notices].map(({ sortKey }) => sortKey).sort());
      const keys = rows.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});
