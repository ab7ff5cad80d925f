import { expect, it } from "vitest";
import { effectScope, ref, shallowRef } from "vue";
import { useMessageScroll } from "./useMessageScroll";

/** A list of which 100 pixels show, and that is scrolled to its end. */
function openList() {
  const atEnd = ref(true);
  const handle = { scrollOffset: 900, scrollSize: 1_000, viewportSize: 100 };
  const options = { scroller: ref(null), list: shallowRef(handle as never), rows: ref([]), atEnd, onNearStart: () => undefined };
  const scrolling = effectScope().run(() => useMessageScroll(options));
  const scrolled = (scrollOffset: number, scrollSize: number) => {
    Object.assign(handle, { scrollOffset, scrollSize });
    scrolling?.onScroll();
    return atEnd.value;
  };
  scrolled(900, 1_000);
  return scrolled;
}

it("leaves the end when one scrolls up, and is back there when one scrolls down", () => {
  const scrolled = openList();
  expect(scrolled(800, 1_000)).toBe(false);
  expect(scrolled(850, 1_000)).toBe(false);
  expect(scrolled(890, 1_000)).toBe(true);
});

it("stays at the end while it moves away as messages come in", () => {
  expect(openList()(900, 1_200)).toBe(true);
});

it("stays at the end while the list gets shorter because old messages are let go of", () => {
  expect(openList()(500, 700)).toBe(true);
});
