import fc from "fast-check";
import { expect, it } from "vitest";
import { backoffMs } from "./backoff";

it("stays between nothing and 30 s, and spreads over the whole span", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      expect(backoffMs(attempt, random)).toBeGreaterThanOrEqual(0);
      expect(backoffMs(attempt, random)).toBeLessThanOrEqual(30_000);
    }),
  );
  expect(backoffMs(9, 0)).toBe(0);
});

it("doubles from one second", () => {
  expect([1, 2, 3, 4, 5, 6].map((attempt) => backoffMs(attempt, 1))).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
});
