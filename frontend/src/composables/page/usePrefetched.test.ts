import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent } from "vue";
import { usePrefetched } from "./usePrefetched";

function mounted(...loads: (() => Promise<unknown>)[]) {
  return mount(defineComponent({ setup: () => usePrefetched(...loads), render: () => null }));
}

describe("parts that a key opens", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("are fetched once the page is at rest, also if one of them does not come", async () => {
    const [broken, whole] = [vi.fn(() => Promise.reject(new Error("no"))), vi.fn(() => Promise.resolve())];
    mounted(broken, whole);

    expect(broken).not.toHaveBeenCalled();
    await vi.runAllTimersAsync();

    expect(broken).toHaveBeenCalledOnce();
    expect(whole).toHaveBeenCalledOnce();
  });

  it("are fetched when the browser says that it is idle, where it does", () => {
    let idle = (): void => undefined;
    vi.stubGlobal("requestIdleCallback", (act: () => void) => ((idle = act), 7));
    vi.stubGlobal("cancelIdleCallback", vi.fn());
    const load = vi.fn(() => Promise.resolve());
    const page = mounted(load);

    expect(load).not.toHaveBeenCalled();
    idle();
    page.unmount();

    expect(load).toHaveBeenCalledOnce();
    expect(cancelIdleCallback).toHaveBeenCalledWith(7);
  });

  it("are not fetched for a page that is gone", async () => {
    const load = vi.fn(() => Promise.resolve());

    mounted(load).unmount();
    await vi.runAllTimersAsync();

    expect(load).not.toHaveBeenCalled();
  });
});
