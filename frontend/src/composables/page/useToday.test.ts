import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope } from "vue";
import { useToday } from "./useToday";

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

beforeEach(() => void vi.useFakeTimers({ now: at(23, 23, 59) }));
afterEach(() => void vi.useRealTimers());

it("follows midnight, day after day", async () => {
  const scope = effectScope();
  const today = scope.run(useToday);
  expect(today?.value).toBe(at(23, 0));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(today?.value).toBe(at(24, 0));
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(today?.value).toBe(at(25, 0));
  scope.stop();
});

it("finds the day again after the device slept", () => {
  const scope = effectScope();
  const today = scope.run(useToday);
  vi.setSystemTime(at(25, 9));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(today?.value).toBe(at(25, 0));
  scope.stop();
});

it("finds it, too, where the page was on the screen all the while", async () => {
  vi.setSystemTime(at(23, 12));
  const scope = effectScope();
  const today = scope.run(useToday);
  vi.setSystemTime(at(25, 9)); // no timer has run meanwhile
  await vi.advanceTimersByTimeAsync(60_000);
  expect(today?.value).toBe(at(25, 0));
  scope.stop();
});
