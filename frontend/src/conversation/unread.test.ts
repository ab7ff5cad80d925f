import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { unreadOf, type Counted } from "./unread";

const said = [0, 1, 2, 3].map((second) => message(NOW + second * 1_000, { userId: "bob" }));
const keys = said.map(({ sortKey }) => sortKey);
const read = (to: string | undefined, late: string[] = []) => ({ to, late: new Set(late) });
const counted = (count: number, rest: Partial<Counted> = {}): Counted => ({ readTo: undefined, count, more: false, at: NOW + 60_000, ...rest });
const later = message(NOW + 61_000, { userId: "bob" });
const own = message(NOW + 62_000, { userId: "me" });

describe("where all that is unread is loaded", () => {
  it.each([
    ["after the read position", { messages: said, hasOlder: true }, read(keys[1]), undefined, 2],
    ["in a room from its start", { messages: said, hasOlder: false }, read(undefined), undefined, 4],
    ["in an empty room", { messages: [], hasOlder: false }, read(""), undefined, 0],
    ["and what came late before it", { messages: said, hasOlder: true }, read(keys[2], [keys[1] ?? ""]), undefined, 2],
    ["without one's own", { messages: [...said, own], hasOlder: true }, read(keys[3]), undefined, 0],
    ["without what was deleted", { messages: [...said, { ...later, deletedAt: NOW }], hasOlder: true }, read(keys[3]), undefined, 0],
    ["whatever the server counted", { messages: said, hasOlder: true }, read(keys[1]), counted(9, { readTo: keys[1] }), 2],
  ])("it is counted %s", (_, timeline, position, told, count) => {
    expect(unreadOf(timeline, position, told, "me")).toEqual({ count, more: false });
  });
});

describe("where less is loaded", () => {
  const rest = { messages: said.slice(2), hasOlder: true };
  it.each([
    ["what the server counted holds", rest, read(""), counted(120, { readTo: "", more: true }), { count: 120, more: true }],
    ["it grows by what comes", { messages: [...rest.messages, later, own], hasOlder: true }, read(""), counted(7, { readTo: "" }), { count: 8, more: false }],
    ["it is at least what is loaded", rest, read(""), counted(1, { readTo: "" }), { count: 2, more: false }],
    ["nothing was loaded yet", { messages: [], hasOlder: null }, read(undefined), counted(3), { count: 3, more: false }],
    ["the user has read on since", rest, read("0000000000001#x"), counted(7, { readTo: "" }), { count: 2, more: true }],
    ["the server has not told", rest, read(""), undefined, { count: 2, more: true }],
    ["nothing is known", { messages: [], hasOlder: null }, read(undefined), undefined, { count: 0, more: false }],
  ])("%s", (_, timeline, position, told, expected) => {
    expect(unreadOf(timeline, position, told, "me")).toEqual(expected);
  });
});

it("is the same whether the server counts or all is loaded", () => {
  const room = fc.array(fc.constantFrom("me", "bob", "carol"), { maxLength: 12 }).map((users) =>
    users.map((userId, second) => message(NOW + second * 1_000, { userId })),
  );
  fc.assert(
    fc.property(room, fc.nat(12), fc.nat(12), (messages, readUpTo, loadedFrom) => {
      const to = messages[readUpTo]?.sortKey ?? "";
      const whole = unreadOf({ messages, hasOlder: false }, read(to), undefined, "me");
      const part = { messages: messages.slice(loadedFrom), hasOlder: loadedFrom > 0 };
      expect(unreadOf(part, read(to), counted(whole.count, { readTo: to }), "me")).toEqual(whole);
    }),
  );
});
