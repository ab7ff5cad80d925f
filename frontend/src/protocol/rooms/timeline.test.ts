import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryHistory, message, messages, NOW, ordered } from "@/testing/messages";
import { EMPTY_TIMELINE, hasNews, includes, indexFrom, merge, prepend, receive, restart, resume, trim } from "./timeline";

const LIVE = { ...EMPTY_TIMELINE, hasOlder: false };

describe("merge", () => {
  it("gives the same list whatever the order and however often messages arrive", () => {
    fc.assert(
      fc.property(arbitraryHistory(30), fc.array(fc.array(fc.nat(29), { maxLength: 10 })), (history, batches) => {
        const arrivals = batches.map((batch) => batch.flatMap((index) => history[index] ?? []));
        const merged = arrivals.reduce<readonly (typeof history)[number][]>(merge, []);
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
    const [read, pushed] = messages(2);
    const timeline = receive(resume(LIVE, [read as never]), [pushed as never]);
    expect(timeline.messages).toHaveLength(2);
    expect(timeline.syncedTo).toBe(read?.sortKey);
    expect(hasNews(timeline)).toBe(true);
    expect(hasNews(resume(timeline, [pushed as never]))).toBe(false);
  });

  it("leaves out a message older than the loaded stretch, which would hide a gap", () => {
    const timeline = { ...LIVE, hasOlder: true, messages: messages(2) };
    expect(receive(timeline, [message(NOW - 1)])).toBe(timeline);
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
  expect(timeline).toMatchObject({ hasOlder: true, syncedTo: all[8]?.sortKey });
});

it("trims to the newest messages and knows that older ones can be loaded again", () => {
  const all = messages(10);
  expect(trim({ ...LIVE, messages: all }, 3)).toMatchObject({ messages: all.slice(7), hasOlder: true });
  expect(trim(LIVE, 3)).toBe(LIVE);
});

it("finds messages by sort key", () => {
  const all = messages(5);
  expect(all.every(({ sortKey }, index) => indexFrom(all, sortKey) === index && includes(all, sortKey))).toBe(true);
  expect(includes(all, "9")).toBe(false);
});
