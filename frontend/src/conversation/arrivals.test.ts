import fc from "fast-check";
import { expect, it } from "vitest";
import { EMPTY_TIMELINE, type Timeline } from "@/protocol/rooms/timeline";
import { message, NOW } from "@/testing/messages";
import { arrived } from "./arrivals";

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
