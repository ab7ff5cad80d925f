import fc from "fast-check";
import { expect, it } from "vitest";
import { memoryStorage } from "@/testing/simulation/memoryStorage";
import { leftRooms } from "./leftRooms";

it("knows what was left, in every tab, until it is joined again", () => {
  const storage = memoryStorage();
  const [one, other] = [leftRooms(storage, "left"), leftRooms(storage, "left")];
  one.note(["a", "b"], ["a"]);
  expect([other.has("a"), other.has("b")]).toEqual([false, true]);
  other.note(["a"], ["a", "b"]);
  expect(one.has("b")).toBe(false);
});

it("forgets what is not to be kept", () => {
  const left = leftRooms(memoryStorage(), "left");
  left.note(["a", "b"], []);
  left.keep((roomId) => roomId === "b");
  expect([left.has("a"), left.has("b")]).toEqual([false, true]);
});

it("never holds a room that is joined", () => {
  const lists = fc.array(fc.uniqueArray(fc.constantFrom("a", "b", "c", "constructor")), { minLength: 2 });
  fc.assert(
    fc.property(lists, (steps) => {
      const left = leftRooms(memoryStorage(), "left");
      steps.slice(1).forEach((now, index) => left.note(steps[index] ?? [], now));
      expect(steps.at(-1)?.filter(left.has)).toEqual([]);
    }),
  );
});
