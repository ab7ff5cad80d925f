import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Message } from "@/protocol/frames";
import { arbitraryHistory, message, messages, NOW, ordered, serverHistory } from "@/testing/messages";
import { comparisonOf, MINUTE_MS } from "./digest";
import { QUICK_PAGES, recover, type FetchPage } from "./recovery";
import { EMPTY_TIMELINE, PUT_MS, receive, restart, type Timeline } from "./timeline";

/** A room that is recovered from `fetchPage`. */
function roomOf(timeline: Timeline, fetchPage: FetchPage, pagesKept = 100, serverTime = 0) {
  const room = { timeline, fetchPage: vi.fn(fetchPage), pauses: [] as number[] };
  const port = {
    timeline: () => room.timeline,
    update: (change: (timeline: Timeline) => Timeline) => void (room.timeline = change(room.timeline)),
    fetchPage: room.fetchPage,
    serverTime: () => serverTime,
    pagesKept: () => pagesKept,
    pause: async (milliseconds: number) => void room.pauses.push(milliseconds),
  };
  return Object.assign(room, { recover: () => recover(port) });
}
const stale = (known: readonly Message[]) => restart(EMPTY_TIMELINE, known, true);

it("makes events applied to a stale state equal a fresh fetch", async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryHistory(60),
      fc.nat(60),
      fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      async (history, cut, pushed, pageSize) => {
        // Given a room that was complete up to the cut, and pushes of some of the rest, in any state of recovery
        let stored = history.slice(0, cut);
        const room = roomOf(EMPTY_TIMELINE, serverHistory(() => stored, pageSize));
        await room.recover();
        stored = history;
        const rest = history.slice(cut).filter((_, index) => pushed[index]);
        room.timeline = receive(room.timeline, rest.slice(0, 10));
        // When it recovers while more is pushed
        const recovering = room.recover();
        room.timeline = receive(room.timeline, rest);
        await (await recovering)?.();
        // Then it holds the unbroken end of the history
        const expected = ordered(history);
        const { length } = room.timeline.messages;
        expect(room.timeline.messages).toEqual(length === 0 ? [] : expected.slice(-length));
        expect(length > 0).toBe(history.length > 0);
        expect(room.timeline.hasOlder).toBe(length < expected.length);
      },
    ),
  );
});

it("finds a message that was stored later than one with a later sort key", async () => {
  const seen = message(NOW);
  const late = message(NOW - PUT_MS + 1);
  const room = roomOf(stale([seen]), serverHistory(() => [seen, late]));
  await room.recover();
  expect(room.timeline.messages).toEqual([late, seen]);
});

it("finds a message that was under way for so long that many later ones came first", async () => {
  const late = message(NOW);
  const later = messages(4, NOW + 600_000);
  const room = roomOf(receive(stale([]), later), serverHistory(() => [late, ...later]));
  await room.recover();
  expect(room.timeline.messages).toEqual([late, ...later]);
});

it("takes what a room keeps no longer for no loss: it stays until the page is loaded again, and is never asked for", async () => {
  const DAY_MS = 86_400_000;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }), async (gone, left) => {
      // Given a room whose page was asleep while its older messages went
      const known = messages(gone, NOW - 8 * DAY_MS);
      const kept = messages(left, NOW - DAY_MS);
      const room = roomOf({ ...stale(known), syncedTo: NOW - 8 * DAY_MS }, serverHistory(() => kept, 2), 100, NOW);
      // When it recovers
      await (await room.recover())?.();
      // Then nothing that it had is lost, and what it compares from then on is of the last hour
      expect(room.timeline.messages).toEqual([...known, ...kept]);
      const plan = comparisonOf(room.timeline, NOW + 30 * MINUTE_MS, false);
      expect(plan).toMatchObject({ kind: "compare", digest: { count: 0 } });
      expect(plan.kind === "compare" && plan.digest.from).toBeGreaterThan(NOW - 60 * MINUTE_MS);
    }),
  );
});

it("asks a room without known messages for its newest page", async () => {
  const room = roomOf(EMPTY_TIMELINE, serverHistory(() => []));
  await room.recover();
  expect(room.fetchPage).toHaveBeenCalledExactlyOnceWith({ limit: 50 });
  expect(room.timeline).toEqual({ ...EMPTY_TIMELINE, hasOlder: false, syncedTo: 0 });
});

it("goes on where it stopped when the connection broke on the way", async () => {
  const history = messages(9, NOW);
  const fetchPage = serverHistory(() => history, 2);
  const room = roomOf(stale([]), fetchPage);
  room.fetchPage.mockImplementationOnce(fetchPage).mockImplementationOnce(fetchPage).mockRejectedValueOnce(new Error("lost"));
  await expect(room.recover()).rejects.toThrow("lost");
  expect(room.timeline.messages).toHaveLength(4);
  await room.recover();
  expect(room.timeline.messages).toEqual(history);
});

it("vouches for nothing beyond the last page that it read", async () => {
  const history = messages(9, NOW);
  const fetchPage = serverHistory(() => history, 2);
  const room = roomOf(stale([]), fetchPage, 100, NOW + 3_600_000);
  room.fetchPage.mockImplementationOnce(fetchPage).mockRejectedValueOnce(new Error("lost"));
  await expect(room.recover()).rejects.toThrow("lost");
  expect(room.timeline.syncedTo).toBe(history[1]?.createdAt);
  expect(await room.recover()).toBeNull();
  expect(room.timeline).toMatchObject({ messages: history, syncedTo: NOW + 3_600_000 - PUT_MS });
});

it("stops, and takes nothing in, when the room is left while a page is fetched", async () => {
  const fetchPage = serverHistory(() => messages(9, NOW), 2);
  const room = roomOf(stale([]), fetchPage);
  room.fetchPage.mockImplementationOnce(async (request) => {
    room.timeline = EMPTY_TIMELINE;
    return fetchPage(request);
  });
  expect(await room.recover()).toBeNull();
  expect(room.fetchPage).toHaveBeenCalledTimes(1);
  expect(room.timeline).toBe(EMPTY_TIMELINE);
});

describe("a long gap", () => {
  const pageSize = 3;
  const history = messages(1 + pageSize * (QUICK_PAGES + 5), NOW);
  const known = history.slice(0, 1);

  it("shows the newest page soon, and fills the rest at leisure without dropping anything", async () => {
    const room = roomOf(stale(known), serverHistory(() => history, pageSize));
    const rest = await room.recover();
    expect(room.timeline.messages.at(-1)).toBe(history.at(-1));
    expect(room.timeline.messages[0]).toBe(known[0]);
    await rest?.();
    expect(room.timeline.messages).toEqual(history);
    expect(new Set(room.pauses)).toEqual(new Set([2_000]));
  });

  it("is not filled beyond what the room keeps: it starts again from the newest page", async () => {
    const room = roomOf(stale(known), serverHistory(() => history, pageSize), 2);
    expect(await room.recover()).toBeNull();
    expect(room.fetchPage).toHaveBeenCalledTimes(3);
    expect(room.timeline).toMatchObject({ messages: history.slice(-pageSize), hasOlder: true });
  });

  it("is given up on the way once it turns out longer than what the room keeps", async () => {
    const room = roomOf(stale(known), serverHistory(() => history, pageSize), QUICK_PAGES + 2);
    const rest = await room.recover();
    await rest?.();
    expect(room.pauses).toHaveLength(2);
    expect(room.fetchPage).toHaveBeenCalledTimes(QUICK_PAGES + 1 + 2 + 1);
    expect(room.timeline).toMatchObject({ messages: history.slice(-pageSize), hasOlder: true });
  });
});
