import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryHistory, messages, NOW, ordered, serverHistory } from "@/testing/messages";
import { changedBy, cursorBefore, excerptOf, meets, takenIn, withNewer, withOlder, type Excerpt } from "./excerpt";
import { EMPTY_TIMELINE, restart, sortKeyOf } from "./timeline";

const PAGE = 3;
const keys = (of: readonly { sortKey: string }[]) => of.map(({ sortKey }) => sortKey);

async function opened(fetch: ReturnType<typeof serverHistory>, sortKey: string): Promise<Excerpt> {
  const older = await fetch({ limit: PAGE, before: sortKey });
  return excerptOf(older, await fetch({ limit: PAGE, after: cursorBefore(sortKey) }));
}

it("has the message that it was opened at, and grows page by page into the whole room, whichever way first", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryHistory(20), fc.nat(), fc.array(fc.boolean()), async (history, at, ways) => {
      fc.pre(history.length > 0);
      const stored = ordered(history);
      const fetch = serverHistory(() => stored);
      const target = (stored[at % stored.length] as (typeof stored)[0]).sortKey;
      let excerpt = await opened(fetch, target);
      expect(keys(excerpt.messages)).toContain(target);
      for (const newer of [...ways, ...stored.map(() => true), ...stored.map(() => false)]) {
        const shown = keys(excerpt.messages);
        expect(shown).toEqual(keys(stored).slice(keys(stored).indexOf(shown[0] as string)).slice(0, shown.length));
        if (newer && excerpt.hasNewer) excerpt = withNewer(excerpt, await fetch({ limit: PAGE, after: shown.at(-1) as string }));
        if (!newer && excerpt.hasOlder) excerpt = withOlder(excerpt, await fetch({ limit: PAGE, before: shown[0] as string }));
      }
      expect(excerpt).toEqual({ messages: stored, notices: [], hasOlder: false, hasNewer: false });
    }),
  );
});

it("opens at a time, at what was said then or later", async () => {
  const stored = messages(9);
  const excerpt = await opened(serverHistory(() => stored), sortKeyOf(NOW + 4_500));
  expect(keys(excerpt.messages)).toEqual(keys(stored).slice(2, 8));
});

it("is taken in by the timeline that it meets, without a gap", async () => {
  const stored = messages(12);
  const fetch = serverHistory(() => stored);
  const timeline = restart(EMPTY_TIMELINE, stored.slice(8), false);
  const far = await opened(fetch, (stored[2] as (typeof stored)[0]).sortKey);
  expect(meets(far, timeline)).toBe(false);
  const near = withNewer(far, await fetch({ limit: 4, after: far.messages.at(-1)?.sortKey ?? "" }));
  expect(meets(near, timeline)).toBe(true);
  expect(takenIn(near, timeline)).toMatchObject({ messages: stored, hasOlder: false });
});

it("leaves a timeline alone that goes further back", async () => {
  const stored = messages(12);
  const timeline = restart(EMPTY_TIMELINE, stored.slice(1), false);
  const excerpt = await opened(serverHistory(() => stored), (stored[6] as (typeof stored)[0]).sortKey);
  expect(takenIn(excerpt, timeline)).toBe(timeline);
});

it("meets no timeline of which nothing is loaded", () => {
  expect(meets({ messages: messages(1), notices: [], hasOlder: false, hasNewer: false }, EMPTY_TIMELINE)).toBe(false);
});

it("shows what is changed while one looks at it", () => {
  const [first, second] = messages(2) as [ReturnType<typeof messages>[0], ReturnType<typeof messages>[0]];
  const excerpt = { messages: [first, second], notices: [], hasOlder: false, hasNewer: true };
  const who = { roomId: "global", userId: "alice", username: "Alice" };
  const edit = { ...who, sortKey: sortKeyOf(NOW + 9_000, "c"), kind: "edit" as const, target: second.sortKey, createdAt: NOW + 9_000, content: "Hi" };
  expect(changedBy(excerpt, [edit]).messages.map(({ content }) => content)).toEqual(["hello", "Hi"]);
  expect(changedBy(excerpt, [{ ...edit, target: "elsewhere" }])).toBe(excerpt);
});
