import { expect, it } from "vitest";
import { ensureStorage } from "./browser";

function pageWith(storage: () => Storage | null): Window {
  return Object.defineProperty({}, "localStorage", { get: storage, configurable: true }) as Window;
}

it.each([
  ["throws", () => { throw new DOMException("denied", "SecurityError"); }],
  ["is not there", () => null],
])("keeps what is stored in memory where the browser's storage %s", (_, storage) => {
  const page = pageWith(storage);
  ensureStorage(page);
  page.localStorage.setItem("a", "1");
  page.localStorage.setItem("constructor", "2");
  expect([page.localStorage.getItem("a"), page.localStorage.getItem("b"), page.localStorage.length]).toEqual(["1", null, 2]);
  expect(page.localStorage.key(1)).toBe("constructor");
  page.localStorage.removeItem("a");
  expect(page.localStorage.getItem("a")).toBeNull();
});

it("leaves a storage that works", () => {
  const storage = { getItem: () => "kept" } as unknown as Storage;
  const page = pageWith(() => storage);
  ensureStorage(page);
  expect(page.localStorage).toBe(storage);
});
