import { mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import { defineComponent } from "vue";
import { useNoFileDrop } from "./useNoFileDrop";

/** jsdom has no DataTransfer. */
function drag(type: string, ...types: string[]) {
  const event = Object.assign(new Event(type, { bubbles: true, cancelable: true }), { dataTransfer: { types, dropEffect: "copy" } });
  document.body.dispatchEvent(event);
  return [event.defaultPrevented, event.dataTransfer.dropEffect];
}

it("opens no file in the page's place, and leaves texts to the fields", () => {
  const page = mount(defineComponent(() => (useNoFileDrop(), () => null)));
  for (const type of ["dragover", "drop"]) {
    expect(drag(type, "Files")).toEqual([true, "none"]);
    expect(drag(type, "text/plain")).toEqual([false, "copy"]);
  }
  page.unmount();
  expect(drag("drop", "Files")).toEqual([false, "copy"]);
});
