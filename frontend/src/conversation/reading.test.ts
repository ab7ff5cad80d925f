import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { BEGINNING, firstUnread, look, openReading, type Reading, type Sight } from "./reading";

const ME = "me";
/** Messages 1, 2, 3 …, by others or (`mine`) by oneself. */
const said = (number: number, userId = "bob") => message(NOW + number * 1_000, { userId, messageId: `m${number}` });
const keyOf = (number: number) => said(number).sortKey;
const sight = (numbers: number[], looking: boolean, mine: number[] = []): Sight => ({
  messages: numbers.map((number) => said(number, mine.includes(number) ? ME : "bob")),
  loaded: true,
  looking,
});
const LOADING: Sight = { messages: [], loaded: false, looking: false };
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** What the user finds after the sights, one after the other: the number below the divider, and the last one read. */
function after(readTo: string | undefined, sights: Sight[]) {
  let before = LOADING;
  let reading: Reading = openReading(readTo);
  for (const now of sights) {
    reading = look(reading, before, now, ME);
    before = now;
  }
  const divider = firstUnread(reading, before.messages, ME);
  const read = before.messages.filter(({ sortKey }) => reading.readTo !== undefined && sortKey <= reading.readTo);
  return { divider: before.messages.findIndex(({ sortKey }) => sortKey === divider) + 1, read: read.length };
}

describe.each([
  // how it was opened                          read to        what is in sight, one after the other                      divider, read
  ["by a click, loaded, some unread",            keyOf(3), [sight(upTo(9), false)],                                        4, 3],
  ["… and then scrolled to its end",             keyOf(3), [sight(upTo(9), false), sight(upTo(9), true)],                  4, 9],
  ["… where more comes",                         keyOf(3), [sight(upTo(9), false), sight(upTo(9), true), sight(upTo(11), true)], 4, 11],
  ["by a click, all unread fits the screen",     keyOf(7), [sight(upTo(9), false), sight(upTo(9), true)],                  8, 9],
  ["by reload: empty until its page comes",      keyOf(3), [LOADING, sight(upTo(9), false)],                               4, 3],
  ["by reload, all of a page unread",            BEGINNING, [LOADING, sight(upTo(50), false)],                             1, 0],
  ["by link, never seen before",                 undefined, [LOADING, sight(upTo(9), false), sight(upTo(9), true)],        0, 9],
  ["by link in a hidden tab, then more comes",   undefined, [LOADING, sight(upTo(3), false), sight(upTo(5), false)],       4, 0],
  ["never seen and empty, then 12 come unseen",  undefined, [LOADING, sight([], true), sight([], false), sight(upTo(12), false)], 1, 0],
  ["left empty and opened again with 12",        BEGINNING, [sight(upTo(12), false), sight(upTo(12), true)],               1, 12],
  ["all read: what comes while one looks",       keyOf(3), [sight(upTo(3), true), sight(upTo(5), true)],                   0, 5],
  ["what comes while one reads further up",      keyOf(3), [sight(upTo(3), true), sight(upTo(3), false), sight(upTo(5), false)], 4, 3],
  ["… and back at the end",                      keyOf(3), [sight(upTo(3), true), sight(upTo(5), false), sight(upTo(5), true)], 4, 5],
  ["… and up again: it stays",                   keyOf(3), [sight(upTo(3), true), sight(upTo(5), false), sight(upTo(5), true), sight(upTo(5), false)], 4, 5],
  ["… until more comes: it moves to that",       keyOf(3), [sight(upTo(3), true), sight(upTo(5), false), sight(upTo(5), true), sight(upTo(7), false)], 6, 5],
  ["what comes while the page is hidden",        keyOf(3), [sight(upTo(3), true), sight(upTo(3), false), sight(upTo(4), false), sight(upTo(4), true)], 4, 4],
  ["one answers",                                keyOf(3), [sight(upTo(5), false), sight(upTo(5), true), sight(upTo(6), true, [6])], 0, 6],
  ["one says the first of all",                  BEGINNING, [sight([], true), sight([1], true, [1])],                      0, 1],
  ["one's queued message arrives while hidden",  keyOf(3), [sight(upTo(3), false), sight(upTo(6), false, [6])],            4, 3],
  ["nothing but one's own, from another device", keyOf(3), [sight(upTo(5), false, [4, 5])],                                0, 3],
] as const)("%s", (_, readTo, sights, divider, read) => {
  it(`divides before ${divider || "nothing"} and has read ${read}`, () => {
    expect(after(readTo, [...sights])).toEqual({ divider, read });
  });
});

it("divides before no message that is deleted", () => {
  const gone = { ...said(2), content: "", deletedAt: NOW + 9_000 };
  expect(firstUnread(openReading(keyOf(1)), [said(1), gone], ME)).toBeNull();
  expect(firstUnread(openReading(keyOf(1)), [said(1), gone, said(3)], ME)).toBe(keyOf(3));
});

it("marks nothing as read that was never in sight, and never takes back what was", () => {
  const step = fc.record({ more: fc.nat({ max: 3 }), looking: fc.boolean(), mine: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 12 }), (start, steps) => {
      let reading = openReading(keyOf(start));
      let before = LOADING;
      let count = start;
      let seen = start;
      const own: number[] = [];
      for (const { more, looking, mine } of steps) {
        count += more;
        if (mine) own.push((count += 1));
        const now = sight(upTo(count), looking, own);
        const next = look(reading, before, now, ME);
        if (looking) seen = count;
        expect(next.readTo).toBe(keyOf(seen));
        const divider = firstUnread(next, now.messages, ME);
        const unread = now.messages.find(({ sortKey, userId }) => sortKey > keyOf(seen) && userId !== ME);
        // Whatever is unread stands below the divider.
        if (unread) expect(divider !== null && divider <= unread.sortKey).toBe(true);
        reading = next;
        before = now;
      }
    }),
  );
});
