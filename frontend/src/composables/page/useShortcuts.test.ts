import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { useRoomsStore } from "@/stores/rooms";
import { useShortcuts } from "./useShortcuts";

const search = vi.fn(() => true);
const switcher = vi.fn();

beforeEach(() => {
  setActivePinia(createPinia());
  document.body.innerHTML = "";
  const nothing = () => undefined;
  mount(defineComponent({ setup: () => (useShortcuts({ join: nothing, help: nothing, members: nothing, switcher, search }), () => h("p")) }));
  for (const roomId of ["design", "ops"]) useRoomsStore().join(roomId);
});

/** Whether the page has taken the key for itself. */
function press(code: string, held: KeyboardEventInit): boolean {
  const event = new KeyboardEvent("keydown", { code, ...held, cancelable: true, bubbles: true });
  document.body.dispatchEvent(event);
  return event.defaultPrevented;
}

it("goes from room to room, and round", () => {
  const shown = ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"].map((code) => (press(code, { altKey: true }), useRoomsStore().active));
  expect(shown).toEqual(["design", "ops", "global", "ops"]);
});

it("changes nothing under a dialog, and leaves the key to what is in it", () => {
  document.body.innerHTML = '<div role="dialog" data-state="open"></div>';
  expect([press("ArrowDown", { altKey: true }), useRoomsStore().active]).toEqual([false, "global"]);
});

it("takes no keys that mean something else with others held", () => {
  expect([press("KeyK", { ctrlKey: true, shiftKey: true }), press("ArrowDown", { altKey: true, ctrlKey: true }), press("KeyF", {})]).toEqual([false, false, false]);
  expect([press("KeyK", { ctrlKey: true }), press("KeyF", { metaKey: true })]).toEqual([true, true]);
  expect([switcher.mock.calls.length, search.mock.calls.length]).toEqual([1, 1]);
});

it("leaves searching to the browser where nothing was opened for it", () => {
  search.mockReturnValueOnce(false);
  expect(press("KeyF", { ctrlKey: true })).toBe(false);
});
