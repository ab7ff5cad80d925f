import { expect, it, onTestFinished, vi } from "vitest";
import type { Component } from "vue";
import { useOnDemand } from "./useOnDemand";

const MENU: Component = { name: "Menu" };

it("loads a component when it is asked for, and once at a time", async () => {
  const importComponent = vi.fn(async () => ({ default: MENU }));
  const { component, loading, load } = useOnDemand(importComponent);
  expect([component.value, importComponent.mock.calls.length]).toEqual([null, 0]);
  const asked = [load(), load()];
  expect(loading.value).toBe(true);
  await Promise.all(asked);
  expect([component.value, loading.value, importComponent.mock.calls.length]).toEqual([MENU, false, 1]);
});

it("is tried some times, says that it did not come, and can be asked for again", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let isThere = false;
  const importComponent = vi.fn(() => (isThere ? Promise.resolve({ default: MENU }) : Promise.reject(new TypeError("Failed to fetch"))));
  const { component, loading, failed, load } = useOnDemand(importComponent);
  const asked = load();
  expect([loading.value, failed.value]).toEqual([true, false]);
  await vi.advanceTimersByTimeAsync(60_000);
  await asked;
  expect([component.value, loading.value, failed.value, importComponent.mock.calls.length]).toEqual([null, false, true, 4]);
  isThere = true;
  await load();
  expect([component.value, failed.value]).toEqual([MENU, false]);
});
