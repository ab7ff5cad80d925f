import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { arbitraryHistory, message, messages, NOW, ordered, serverHistory } from "@/testing/messages";
import { GAP_LIMIT_PAGES, recover, shiftedBy } from "./recovery";
import { EMPTY_TIMELINE, receive } from "./timeline";

it("makes events applied to a stale state equal a fresh fetch", async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryHistory(60),
      fc.nat(60),
      fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      async (history, cut, pushed, pageSize) => {
        // Given a room that was complete up to the cut, and pushes of some of the rest, in any state of recovery
        const fetchPage = serverHistory(() => history, pageSize);
        const complete = await recover(EMPTY_TIMELINE, serverHistory(() => history.slice(0, cut)));
        let timeline = complete(EMPTY_TIMELINE);
        const rest = history.slice(cut).filter((_, index) => pushed[index]);
        timeline = receive(timeline, rest.slice(0, 10));
        // When it recovers while more is pushed
        const catchUp = await recover(timeline, fetchPage);
        timeline = catchUp(receive(timeline, rest));
        // Then it holds the unbroken end of the history
        const expected = ordered(history);
        const { length } = timeline.messages;
        expect(timeline.messages).toEqual(length === 0 ? [] : expected.slice(-length));
        expect(length > 0).toBe(history.length > 0);
        expect(timeline.hasOlder).toBe(length < expected.length);
      },
    ),
  );
});

it("finds a message stored later whose sender's clock is two minutes behind that of the last one seen", async () => {
  const seen = message(NOW + 60_000);
  const late = message(NOW + 1 - 60_000);
  const timeline = { messages: [seen], hasOlder: false, syncedTo: seen.sortKey };
  const catchUp = await recover(timeline, serverHistory(() => [seen, late]));
  expect(catchUp(timeline).messages).toEqual([late, seen]);
});

it("finds a message that was under way for so long that many later ones came first", async () => {
  const late = message(NOW);
  const later = messages(4, NOW + 600_000);
  const empty = (await recover(EMPTY_TIMELINE, serverHistory(() => [])))(EMPTY_TIMELINE);
  const timeline = receive(empty, later);
  const catchUp = await recover(timeline, serverHistory(() => [late, ...later]));
  expect(catchUp(timeline).messages).toEqual([late, ...later]);
});

it("starts again from the newest page when the gap is too large to fill", async () => {
  const pageSize = 3;
  const history = messages(1 + pageSize * (GAP_LIMIT_PAGES + 1), NOW);
  const stale = { messages: history.slice(0, 1), hasOlder: false, syncedTo: history[0]?.sortKey ?? "" };
  const fetchPage = vi.fn(serverHistory(() => history, pageSize));
  const catchUp = await recover(stale, fetchPage);
  expect(catchUp(stale)).toMatchObject({ messages: history.slice(-pageSize), hasOlder: true });
  expect(fetchPage).toHaveBeenCalledTimes(GAP_LIMIT_PAGES + 1);
});

it("asks a room without known messages for its newest page", async () => {
  const fetchPage = vi.fn(serverHistory(() => []));
  const catchUp = await recover(EMPTY_TIMELINE, fetchPage);
  expect(fetchPage).toHaveBeenCalledExactlyOnceWith({ limit: 50 });
  expect(catchUp(EMPTY_TIMELINE)).toEqual({ messages: [], hasOlder: false, syncedTo: "0000000000000#" });
});

it("keeps a cursor in the form of a sort key", () => {
  expect(shiftedBy("1763856000000#a#b", -60_000)).toBe("1763855940000#a");
  expect(shiftedBy("0000000000005#a", -60_000)).toBe("0000000000000#a");
});
