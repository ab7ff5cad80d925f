import { mount } from "@vue/test-utils";
import type { VirtualizerHandle } from "virtua/vue";
import { expect, it } from "vitest";
import { defineComponent, h, ref } from "vue";
import type { Row } from "@/conversation/rows";
import { useBookmark, type Bookmark } from "./useBookmark";

const rows: readonly Row[] = ["a", "b", "c"].map((key) => ({ kind: "day", key, time: 0 }));
/** A list of rows of 100 px, scrolled to `scrollOffset`. */
const scrolledTo = (scrollOffset: number) =>
  ({ scrollOffset, findItemIndex: (at: number) => Math.floor(at / 100), getItemOffset: (index: number) => index * 100 }) as VirtualizerHandle;

/** Open a room, and leave it at `offset`; where it began. */
function visit(userId: string, roomId: string, offset: number, { atEnd = false, present = true } = {}): Bookmark | null {
  let place: Bookmark | null = null;
  const options = { list: ref(scrolledTo(offset)), rows: ref(rows), present: ref(present), atEnd: ref(atEnd) };
  mount(defineComponent({ setup: () => ((place = useBookmark(userId, roomId, options)), () => h("p")) })).unmount();
  return place;
}

it("leads to where the room was left, unless that was its end or an excerpt", () => {
  expect(visit("me", "ops", 130)).toBeNull();
  expect(visit("me", "ops", 0, { atEnd: true })).toEqual({ key: "b", offset: 30 });
  expect(visit("me", "ops", 210, { present: false })).toBeNull();
  expect(visit("me", "ops", 0)).toBeNull();
});

it("leads nobody to where somebody else left a room, or another one", () => {
  visit("me", "design", 130);
  expect(visit("you", "design", 0)).toBeNull();
  expect(visit("me", "design/x", 0)).toBeNull();
});
