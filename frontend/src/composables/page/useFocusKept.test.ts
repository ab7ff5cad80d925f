import { mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import { defineComponent, nextTick, ref } from "vue";
import { useFocusKept } from "./useFocusKept";

const state = { shown: ref(true), disabled: ref(false), group: ref(true) };
const Page = defineComponent({
  setup() {
    useFocusKept();
    return state;
  },
  template: `<main tabindex="-1"><section v-if="group" tabindex="-1">
    <p><button v-if="shown" :disabled="disabled">go</button></p></section><input></main>`,
});

async function focusThen(change: () => void): Promise<string | undefined> {
  state.shown.value = state.group.value = true;
  state.disabled.value = false;
  const page = mount(Page, { attachTo: document.body });
  page.get("button").element.focus();
  change();
  await nextTick();
  await nextTick();
  return document.activeElement?.tagName;
}

it("gives the focus of what goes away to what is around it", async () => {
  expect(await focusThen(() => (state.shown.value = false))).toBe("SECTION");
});

it("goes further out when that goes away, too", async () => {
  expect(await focusThen(() => (state.group.value = false))).toBe("MAIN");
});

it("leaves the focus off where the user took it off", async () => {
  const focused = await focusThen(() => (document.activeElement as HTMLElement).blur());
  state.shown.value = false;
  await nextTick();
  expect([focused, document.activeElement?.tagName]).toEqual(["BODY", "BODY"]);
});
