import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { h } from "vue";
import { mountPage } from "@/testing/page";
import { lazily } from "./lazily";

const Part = () => h("p", "the part");
const Loading = () => h("p", "loading");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(failures: number) {
  const loader = vi.fn(async () => {
    if (loader.mock.calls.length <= failures) throw new TypeError("Failed to fetch dynamically imported module");
    return Part;
  });
  const Lazy = lazily(loader, Loading);
  return { loader, page: mountPage({ render: () => h("div", h(Lazy)) }) };
}

it("shows a part once it is fetched, though some attempts fail", async () => {
  const { loader, page } = open(3);
  await flushPromises();
  expect(page.text()).toBe("loading");
  await vi.advanceTimersByTimeAsync(10_000);
  expect([page.text(), loader.mock.calls.length]).toEqual(["the part", 4]);
});

it("says what one can do where it cannot be fetched", async () => {
  const { loader, page } = open(Number.POSITIVE_INFINITY);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(page.get("[role=alert]").text()).toBe("A part of the page could not be loaded. Load the page anew");
  expect(loader).toHaveBeenCalledTimes(4);
});
