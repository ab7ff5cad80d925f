import fc from "fast-check";
import { expect, it } from "vitest";
import type { Change, Message } from "@/protocol/frames";
import { receiveChanges } from "@/protocol/rooms/changes";
import { fold } from "@/protocol/rooms/fold";
import { bySortKey, EMPTY_TIMELINE, sortKeyOf, type Timeline } from "@/protocol/rooms/timeline";
import { message, NOW } from "@/testing/messages";
import { arrived, edited, editedOutside } from "./arrivals";

const said = (number: number) => message(NOW + number * 1_000, { messageId: `m${number}` });
const room = (numbers: number[], hasOlder: boolean | null = true): Timeline => ({
  ...EMPTY_TIMELINE,
  messages: [...numbers].sort((a, b) => a - b).map(said),
  hasOlder,
});
const numbers = (before: Timeline, now: Timeline) =>
  arrived(before, now).map(({ messageId }) => Number(messageId.slice(1)));

it.each([
  ["what sorts last", room([1, 2]), room([1, 2, 3]), [3]],
  ["a burst", room([1]), room([1, 2, 3, 4]), [2, 3, 4]],
  ["what sorts before the last one, for it came later", room([1, 5]), room([1, 3, 5]), [3]],
  ["nothing of older history", room([5, 6]), room([1, 2, 5, 6]), []],
  ["nothing of a room's first page", EMPTY_TIMELINE, room([1, 2]), []],
  ["everything in a room that was empty", room([], false), room([1, 2], false), [1, 2]],
  ["what came while the oldest were let go of", room([1, 2, 3, 4]), room([3, 4, 5]), [5]],
  ["what came after a gap", room([1, 2]), room([8, 9]), [8, 9]],
  ["nothing where one is gone", room([1, 2, 3]), room([1, 3]), []],
] as const)("is %s", (_, before, now, news) => expect(numbers(before, now)).toEqual(news));

it("is nothing that was deleted before it came", () => {
  const [first, gone, last] = [said(1), { ...said(2), content: "", deletedAt: NOW + 9_000 }, said(3)];
  const now = { ...room([1]), messages: [first, gone, last] };
  expect(arrived(room([1]), now)).toEqual([last]);
});

it("is what was not there before, from the first loaded message on", () => {
  const some = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(some, some, (before, now) => {
      const first = Math.min(...before);
      const expected = now.filter((number) => number > first && !before.includes(number)).sort((a, b) => a - b);
      expect(numbers(room(before), room(now))).toEqual(expected);
    }),
  );
});

const texts = fc.array(fc.constantFrom("a", "b", null), { minLength: 1, maxLength: 5 });
const changes = fc.array(fc.record({ target: fc.nat(5), content: fc.constantFrom("a", "b", null) }), { maxLength: 6 });

it("is what edits make of messages, whether they are loaded", () => {
  fc.assert(
    fc.property(texts, changes, fc.nat(4), (said, made, from) => {
      const all = said.map((content, number) => message(NOW + number, { messageId: `m${number}`, content: content ?? "" }));
      const before = { ...EMPTY_TIMELINE, messages: all.slice(from), hasOlder: from > 0 };
      const pushed = made.map(({ target, content }, number) => changeOf(all[target % all.length] as Message, content, NOW + 100 + number));
      const now = receiveChanges(before, pushed);
      const whole = all.map((each) => fold(each, pushed));
      const isNew = ({ deletedAt, editedAt }: Message) => deletedAt === undefined && editedAt !== undefined;
      expect(edited(before, now).map(([, is]) => is)).toEqual(whole.slice(from).filter(isNew));
      expect(editedOutside(before, now).toSorted(bySortKey)).toEqual(whole.slice(0, from).filter(isNew));
    }),
  );
});

function changeOf({ roomId, sortKey, userId, username }: Message, content: string | null, at: number): Change {
  const what = content === null ? { kind: "deletion" as const } : { kind: "edit" as const, content };
  return { roomId, sortKey: sortKeyOf(at, "e"), target: sortKey, userId, username, createdAt: at, ...what };
}
