import { expect, it, onTestFinished, vi } from "vitest";
import { ensureStorage, serviceWorkers } from "./browser";

function pageWith(storage: () => Storage | null): Window {
  return Object.defineProperty({}, "localStorage", { get: storage, configurable: true }) as Window;
}

/** A storage of so many items; it takes no more, unless `setItem` says otherwise. */
function storageOf(length: number, setItem: () => void = () => { throw new DOMException("full", "QuotaExceededError"); }): Storage {
  return { length, setItem, removeItem: () => undefined } as unknown as Storage;
}

it.each([
  ["throws", () => { throw new DOMException("denied", "SecurityError"); }],
  ["is not there", () => null],
  ["takes nothing", () => storageOf(0)],
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

it.each([
  ["works", storageOf(0, () => undefined)],
  ["is full", storageOf(3)],
])("leaves a storage that %s", (_, storage) => {
  const page = pageWith(() => storage);
  ensureStorage(page);
  expect(page.localStorage).toBe(storage);
});

it("has no service workers where a browser refuses to say", () => {
  const refuse = () => { throw new DOMException("denied", "SecurityError"); };
  vi.stubGlobal("navigator", Object.defineProperty({}, "serviceWorker", { get: refuse }));
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(serviceWorkers()).toBeUndefined();
});
