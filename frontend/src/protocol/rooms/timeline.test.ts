import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryHistory, message, messages, NOW, ordered } from "@/testing/messages";
import {
  distrust,
  dropBefore,
  EMPTY_TIMELINE,
  extend,
  hasNews,
  includes,
  indexFrom,
  merge,
  prepend,
  PUT_MS,
  receive,
  recoveryPoint,
  restart,
  trim,
} from "./timeline";

const LIVE = { ...EMPTY_TIMELINE, hasOlder: false };

describe("merge", () => {
  it("gives the same list whatever the order and however often messages arrive", () => {
    fc.assert(
      fc.property(arbitraryHistory(30), fc.array(fc.array(fc.nat(29), { maxLength: 10 })), (history, batches) => {
        const arrivals = batches.map((batch) => batch.flatMap((index) => history[index] ?? []));
        const merged = arrivals.reduce<readonly (typeof history)[number][]>((known, batch) => merge(known, batch), []);
        expect(merged).toEqual(ordered([...new Set(arrivals.flat())]));
      }),
    );
  });

  it("returns the same list when nothing is new", () => {
    const known = messages(3);
    expect(merge(known, [known[1] as never, known[0] as never])).toBe(known);
  });
});

describe("receive", () => {
  it("does not take what is pushed as the point to recover from, since earlier ones may still be under way", () => {
    const read = extend({ ...LIVE, syncedTo: 0 }, [], NOW);
    const timeline = receive(read, messages(2));
    expect(timeline.messages).toHaveLength(2);
    expect(timeline.syncedTo).toBe(NOW);
    expect([hasNews(read), hasNews(timeline)]).toEqual([false, true]);
  });

  it("takes messages in any order before the first page, since nothing is known of what lies before", () => {
    const timeline = receive(receive(EMPTY_TIMELINE, [message(NOW)]), [message(NOW - 1)]);
    expect(timeline.messages.map(({ createdAt }) => createdAt)).toEqual([NOW - 1, NOW]);
  });

  it("leaves out a message older than the loaded stretch, which would hide a gap", () => {
    const timeline = { ...LIVE, hasOlder: true, messages: messages(2) };
    expect(receive(timeline, [message(NOW - 1)])).toBe(timeline);
  });

  it("takes a newer message into a stretch that does not reach the start of the room", () => {
    const [first, second, pushed] = messages(3);
    const timeline = { ...LIVE, hasOlder: true, messages: [first as never, second as never] };
    expect(receive(timeline, [pushed as never]).messages).toEqual([first, second, pushed]);
  });

  it("takes a message into a room of which nothing was read yet", () => {
    const [pushed] = messages(1);
    const timeline = receive(EMPTY_TIMELINE, [pushed as never]);
    expect(timeline.messages).toEqual([pushed]);
    expect(hasNews(timeline)).toBe(true);
    expect(hasNews(EMPTY_TIMELINE)).toBe(false);
  });

  it("takes an older message when the loaded stretch reaches the start of the room", () => {
    const timeline = { ...LIVE, messages: messages(2) };
    expect(receive(timeline, [message(NOW - 1)]).messages[0]?.createdAt).toBe(NOW - 1);
  });
});

it("joins a page of older history and knows when it was the last one", () => {
  const [older, ...loaded] = messages(4);
  const timeline = prepend({ ...LIVE, hasOlder: true, messages: loaded }, [older as never], true);
  expect(timeline.messages.map(({ createdAt }) => createdAt)).toEqual([0, 1, 2, 3].map((n) => NOW + n * 1_000));
  expect(timeline.hasOlder).toBe(false);
});

it("starts again from the newest page without what lies before the gap", () => {
  const all = messages(10);
  const timeline = restart({ ...LIVE, messages: [all[0] as never, all[9] as never] }, all.slice(5, 9), false);
  expect(timeline.messages).toEqual(all.slice(5));
  expect(timeline).toMatchObject({ hasOlder: true, syncedTo: NOW + 8_000 - PUT_MS });
});

describe("the point of recovery", () => {
  it("never moves back by reading, and moves back where something is missing", () => {
    const timeline = { ...LIVE, syncedTo: NOW };
    expect(extend(timeline, [], NOW - 1).syncedTo).toBe(NOW);
    expect(distrust(timeline, NOW - 60_000).syncedTo).toBe(NOW - 60_000);
    expect(distrust(timeline, NOW + 60_000).syncedTo).toBe(NOW);
  });

  it("is not before the loaded stretch: what lies there comes with its pages", () => {
    expect(recoveryPoint({ messages: messages(1), hasOlder: true, syncedTo: NOW - 1 })).toBe(NOW);
    expect(recoveryPoint({ messages: messages(1), hasOlder: false, syncedTo: NOW - 1 })).toBe(NOW - 1);
  });

  it("is nowhere in a room that was left while it was read", () => {
    expect(extend(EMPTY_TIMELINE, messages(1), NOW)).toBe(EMPTY_TIMELINE);
    expect(distrust(EMPTY_TIMELINE, NOW)).toBe(EMPTY_TIMELINE);
  });

  it("lies a put before what was read, or before the time on the server's clock, whichever is later", () => {
    expect(restart(EMPTY_TIMELINE, messages(1), true).syncedTo).toBe(NOW - PUT_MS);
    expect(restart(EMPTY_TIMELINE, messages(1), true, NOW + 5_000).syncedTo).toBe(NOW + 5_000 - PUT_MS);
  });
});

it("drops messages before a time, and knows that they can be loaded again", () => {
  const all = messages(4);
  expect(dropBefore({ ...LIVE, messages: all }, NOW + 1_500)).toMatchObject({ messages: all.slice(2), hasOlder: true });
  expect(dropBefore({ ...LIVE, messages: all }, NOW).messages).toBe(all);
});

it("keeps what was pushed when the newest page is empty", () => {
  const pushed = messages(2);
  expect(restart({ ...LIVE, messages: pushed }, [], true).messages).toEqual(pushed);
});

it("trims to the newest messages and knows that older ones can be loaded again", () => {
  const all = messages(10);
  expect(trim({ ...LIVE, messages: all }, 3)).toMatchObject({ messages: all.slice(7), hasOlder: true });
  const full = { ...LIVE, messages: all };
  expect(trim(full, 10)).toBe(full);
});

it("finds messages by sort key", () => {
  const all = messages(5);
  expect(all.every(({ sortKey }, index) => indexFrom(all, sortKey) === index && includes(all, sortKey))).toBe(true);
  expect(includes(all, "9")).toBe(false);
});

it.each([
  [NOW - 1, false],
  [NOW, true],
  [NOW + 1, true],
])("counts as news what is not before the time to which history was read (%d)", (createdAt, news) => {
  expect(hasNews({ ...LIVE, messages: [message(createdAt)], syncedTo: NOW })).toBe(news);
});
