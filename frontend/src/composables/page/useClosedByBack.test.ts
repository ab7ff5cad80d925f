import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref, type EffectScope, type Ref } from "vue";
import { useClosedByBack } from "./useClosedByBack";

/** As browsers have them: a request to close, by Back or Escape, goes to the one that was made last. */
let watchers: { onclose: (() => void) | null }[];
const back = () => watchers.at(-1)?.onclose?.();
let scope: EffectScope;

beforeEach(() => {
  vi.useFakeTimers();
  watchers = [];
  scope = effectScope();
  vi.stubGlobal(
    "CloseWatcher",
    class {
      onclose = null;
      constructor() {
        watchers.push(this);
      }
      destroy(): void {
        watchers = watchers.filter((each) => each !== this);
      }
    },
  );
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function layer(isOpen: boolean): Promise<Ref<boolean>> {
  const open = ref(isOpen);
  scope.run(() => useClosedByBack(open));
  await nextTick();
  return open;
}

it("closes what is open by Back, and leaves Back alone where nothing is", async () => {
  const open = await layer(false);
  expect(watchers).toEqual([]);
  open.value = true;
  await nextTick();
  back();
  expect(open.value).toBe(false);
  await vi.runAllTimersAsync();
  expect(watchers).toEqual([]);
});

it("closes no more than the upper one of two by an Escape that both the page and the browser take for it", async () => {
  const [lower, upper] = [await layer(true), await layer(true)];
  upper.value = false;
  await nextTick();
  back();
  expect([lower.value, upper.value]).toEqual([true, false]);
});

it("watches no longer than its layer lives", async () => {
  await layer(true);
  scope.stop();
  await vi.runAllTimersAsync();
  expect(watchers).toEqual([]);
});

it("does without where the browser has no close watchers", async () => {
  vi.stubGlobal("CloseWatcher", undefined);
  expect((await layer(true)).value).toBe(true);
});
