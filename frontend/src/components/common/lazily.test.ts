import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { h, ref } from "vue";
import { mountPage } from "@/testing/page";
import AppDialog from "./AppDialog.vue";
import { lazily, lazilyOpened } from "./lazily";

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
  expect(page.get("[role=alert]").text()).toBe("A part of the page could not be loaded. Reload the page");
  expect(loader).toHaveBeenCalledTimes(4);
});

describe("what is typed while a dialog is fetched", () => {
  const Dialog = {
    setup() {
      const [open, words] = [ref(true), ref("")];
      return () => h(AppDialog, { open: open.value, title: "Go to", "onUpdate:open": (now: boolean) => (open.value = now) }, () =>
        h("input", { value: words.value, onInput: ({ target }: Event) => (words.value = (target as HTMLInputElement).value) }),
      );
    },
  };

  /** A page with a message field in which one is, and the dialog that a key has asked for. */
  function askFor() {
    const fetched = Promise.withResolvers<typeof Dialog>();
    const Lazy = lazilyOpened(() => fetched.promise);
    const page = mountPage({ render: () => h("div", [h("textarea"), h(Lazy)]) });
    page.get("textarea").element.focus();
    return { fetched, page };
  }

  /** @returns whether the element that has the focus heard of it, and would take it */
  function press(key: string, init: KeyboardEventInit = {}): boolean {
    const heard = vi.fn();
    document.activeElement?.addEventListener("keydown", heard, { once: true });
    const taken = document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
    return heard.mock.calls.length > 0 && taken === true;
  }
  const type = (text: string) => [...text].map((key) => press(key));
  const field = () => document.querySelector<HTMLInputElement>("[role=dialog] input");

  it("is written in its field, and neither written nor sent where one was", async () => {
    const { fetched } = askFor();
    await flushPromises();
    expect([...type("opps"), press("Backspace"), press("Backspace"), ...type("s 👍"), press("Enter"), press("ArrowUp")]).not.toContain(true);
    fetched.resolve(Dialog);
    await flushPromises();
    expect(document.activeElement).toBe(field());
    expect(field()?.value).toBe("ops 👍");
    expect(field()?.selectionStart).toBe(field()?.value.length);
    expect(press("!")).toBe(true);
  });

  it("leaves keys that mean something else to whoever they are for", async () => {
    const { fetched } = askFor();
    await flushPromises();
    expect([press("F5"), press("r", { ctrlKey: true }), press("j", { altKey: true }), press("Shift"), press("Process", { isComposing: true })]).not.toContain(false);
    expect(press("@", { ctrlKey: true, altKey: true, modifierAltGraph: true })).toBe(false);
    fetched.resolve(Dialog);
    await flushPromises();
    expect(field()?.value).toBe("@");
  });

  it("is held no more once one taps elsewhere, gives it up, or it cannot be fetched", async () => {
    const endings = [() => press("Escape"), () => document.dispatchEvent(new Event("pointerdown", { bubbles: true }))];
    for (const end of endings) {
      const { fetched, page } = askFor();
      await flushPromises();
      type("ops");
      end();
      expect(press("x")).toBe(true);
      fetched.resolve(Dialog);
      await flushPromises();
      expect(field()?.value).toBe("");
      page.unmount();
    }
    const { fetched } = askFor();
    fetched.reject(new TypeError("Failed to fetch dynamically imported module"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(press("x")).toBe(true);
  });

  it("is held no more where the dialog came and does not open", async () => {
    const { fetched } = askFor();
    fetched.resolve({ ...Dialog, setup: () => () => h("p") });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(press("x")).toBe(true);
  });
});
