import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Change, Message } from "@/protocol/frames";
import { arbitraryChanges, arbitraryNotices, isChange, isNotice, serverLog, type Entry } from "@/testing/log";
import { arbitraryHistory, compareDigests, message, messages, NOW } from "@/testing/messages";
import { forgetSettled, learnChanges, receiveChanges } from "./changes";
import { digestOf, MINUTE_MS } from "./digest";
import { noticesAmong, receiveNotices } from "./notices";
import { recover } from "./recovery";
import { distrust, EMPTY_TIMELINE, extend, prepend, PUT_MS, receive, restart, type Timeline } from "./timeline";

const LATER = NOW + 3_600_000;
const [first, second] = messages(2) as [Message, Message];
const LIVE = restart(EMPTY_TIMELINE, [first, second], true, NOW);

function edit(at: number, content: string, of = first): Change {
  const createdAt = NOW + at;
  const sortKey = `${createdAt}#c${at}`;
  return { roomId: "global", sortKey, kind: "edit", target: of.sortKey, userId: "alice", username: "Alice", createdAt, content };
}

/** What one sees of a room. */
function shown({ messages: loaded, notices, hasOlder }: Timeline): object[] {
  return [
    ...loaded.map((message) => ({ ...message, changedAt: undefined, foldedAt: undefined })),
    ...noticesAmong(notices, loaded, hasOlder === false),
  ];
}

async function recovered(timeline: Timeline, stored: readonly Entry[], pageSize: number): Promise<Timeline> {
  let room = timeline;
  const rest = await recover({
    timeline: () => room,
    update: (change) => (room = change(room)),
    fetchPage: serverLog(() => stored, pageSize),
    serverTime: () => LATER,
    pagesKept: () => 100,
    pause: async () => undefined,
  });
  await rest?.();
  return room;
}

it("shows what a fresh read does after pushes in any order, twice or not at all, and a recovery", async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryHistory(12).filter((history) => history.length > 0),
      arbitraryChanges(20),
      arbitraryNotices(8),
      fc.nat(12),
      fc.nat(20),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      fc.integer({ min: 1, max: 8 }),
      async (history, make, note, said, cut, chance, pageSize) => {
        // Given a room read when some of it was said and changed
        const changes = make(history.map(({ sortKey }) => sortKey), NOW);
        const notices = note(NOW);
        let room = await recovered(EMPTY_TIMELINE, [...history.slice(0, said + 1), ...changes.slice(0, cut), ...notices.slice(0, said)], 100);
        room = distrust({ ...room, hasOlder: false }, NOW - PUT_MS);
        // When some of the rest is pushed, in any order and perhaps twice
        const pushed = [...history, ...changes, ...notices, ...changes, ...notices].filter(() => chance.next().value > 0.4);
        pushed.sort(() => chance.next().value - 0.5);
        const take = (entry: Entry) => {
          if (isChange(entry)) room = receiveChanges(room, [entry]);
          else room = isNotice(entry) ? receiveNotices(room, [entry]) : receive(room, [entry]);
        };
        pushed.slice(0, 10).forEach(take);
        // Then a recovery makes it what a fresh read is
        const stored = [...history, ...changes, ...notices];
        const fresh = await recovered(EMPTY_TIMELINE, stored, 100);
        room = await recovered(room, stored, pageSize);
        expect(shown(room)).toEqual(shown(fresh));
        // And what comes late changes nothing
        pushed.forEach(take);
        expect(shown(room)).toEqual(shown(fresh));
      },
    ),
  );
});

describe("a digest of a log", () => {
  it("is what the server computes, however the client came by the changes, and differs where one is missing", async () => {
    const id = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
    await fc.assert(
      fc.asyncProperty(arbitraryChanges(20), fc.nat(), fc.integer({ min: 1, max: 8 }), async (make, missing, pageSize) => {
        const changes = make([first.sortKey], NOW).map((each, index) => ({ ...each, sortKey: `${each.createdAt}#${id(index)}` }));
        const told = (room: Timeline) => {
          const digest = digestOf(room, NOW, NOW + 20 * MINUTE_MS);
          const entries = [first, second, ...changes.map(({ sortKey, createdAt }) => message(createdAt, { messageId: sortKey.slice(14) }))];
          return compareDigests(entries, { global: digest }, LATER).differs;
        };
        const room = await recovered({ ...LIVE, syncedTo: NOW - 1 }, [first, second], pageSize);
        const live = receiveChanges({ ...room, syncedTo: NOW }, changes);
        expect(told(live)).toEqual([]);
        const lost = changes[missing % Math.max(1, changes.length)];
        const without = receiveChanges({ ...room, syncedTo: NOW }, changes.filter((each) => each !== lost));
        expect(told(without)).toEqual(lost && lost.createdAt < NOW + 20 * MINUTE_MS ? ["global"] : []);
        const keys = changes.map(({ sortKey }) => sortKey);
        expect(told(learnChanges(without, keys, []))).toEqual([]);
      }),
    );
  });
});

describe("pushed changes", () => {
  it("change the message that is shown", () => {
    expect(receiveChanges(LIVE, [edit(5, "Hi")]).messages[0]).toMatchObject({ content: "Hi", editedAt: NOW + 5 });
  });

  it("are the same timeline when they come again", () => {
    const timeline = receiveChanges(LIVE, [edit(5, "Hi")]);
    expect(receiveChanges(timeline, [edit(5, "Hi")])).toBe(timeline);
  });

  it("wait for a message that comes later, by a push or with its page", () => {
    const waiting = receiveChanges({ ...LIVE, messages: [second], hasOlder: true }, [edit(5, "Hi")]);
    expect(prepend(waiting, [first], true).messages[0]?.content).toBe("Hi");
    const unread = receiveChanges(EMPTY_TIMELINE, [edit(5, "Hi")]);
    expect(receive(unread, [first]).messages[0]?.content).toBe("Hi");
  });

  it("are forgotten once they are settled, and do not come back", () => {
    const changed = receiveChanges(LIVE, [edit(5, "Hi"), edit(9, "Hello")]);
    const settled = forgetSettled(extend(changed, [], LATER));
    expect(settled).toMatchObject({ changes: [], changeKeys: [] });
    expect(receiveChanges(settled, [edit(5, "Hi")])).toBe(settled);
    // Also where the server says that something is missing.
    expect(receiveChanges(distrust(settled, NOW), [edit(5, "Hi")]).messages[0]?.content).toBe("Hello");
  });
});

it("takes a message as history has it, with what was pushed since", () => {
  const now: Message = { ...first, content: "read", editedAt: NOW + 7, changedAt: NOW + 7 };
  const changed = receiveChanges(LIVE, [edit(5, "before"), edit(9, "since")]);
  expect(learnChanges(changed, [], [now]).messages[0]).toMatchObject({ content: "since", changedAt: NOW + 7 });
  expect(learnChanges(LIVE, [], [now]).messages[0]?.content).toBe("read");
  expect(learnChanges(learnChanges(LIVE, [], [now]), [], [first]).messages[0]?.content).toBe("read");
});
