import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { useConnectionHints } from "./useConnectionHints";

const session = { check: vi.fn(), setNetwork: vi.fn() };
const visibility = vi.fn<() => DocumentVisibilityState>();
let scope: EffectScope;

beforeEach(() => {
  vi.useFakeTimers();
  session.check.mockReset();
  session.setNetwork.mockReset();
  vi.spyOn(document, "visibilityState", "get").mockImplementation(visibility.mockReturnValue("visible"));
  scope = effectScope();
  scope.run(() => useConnectionHints(session));
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

it.each([
  ["focus", () => window.dispatchEvent(new Event("focus"))],
  ["a page that is shown again", () => window.dispatchEvent(new Event("pageshow"))],
  ["a page that was frozen", () => document.dispatchEvent(new Event("resume"))],
  ["a tab that is looked at", () => document.dispatchEvent(new Event("visibilitychange"))],
])("has the connection looked into at %s", (_, happen) => {
  happen();
  expect(session.check).toHaveBeenCalledOnce();
});

it("does so when the machine wakes, and not while time passes as it should", () => {
  vi.advanceTimersByTime(60_000);
  expect(session.check).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(5_000);
  expect(session.check).toHaveBeenCalledOnce();
});

it("leaves the connection alone in a tab nobody looks at, where timers are late", () => {
  visibility.mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(5_000);
  expect(session.check).not.toHaveBeenCalled();
});

it("passes on what the browser says of the network", () => {
  window.dispatchEvent(new Event("offline"));
  window.dispatchEvent(new Event("online"));
  expect(session.setNetwork.mock.calls).toEqual([[true], [false], [true]]);
});
