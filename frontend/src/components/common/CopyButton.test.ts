import { flushPromises } from "@vue/test-utils";
import { expect, it } from "vitest";
import { stubNavigator } from "@/testing/navigator";
import { mountPage } from "@/testing/page";
import CopyButton from "./CopyButton.vue";

it.each([
  ["takes it", { writeText: async () => undefined }, "Copied"],
  ["refuses", { writeText: async () => Promise.reject(new DOMException("no", "NotAllowedError")) }, "The browser refused"],
  ["has none", undefined, "The browser refused"],
])("says what came of it when the clipboard %s", async (_, clipboard, label) => {
  stubNavigator("clipboard", clipboard);
  const page = mountPage(CopyButton, { props: { text: "hi", label: "Copy" } });
  await page.trigger("click");
  await flushPromises();
  expect(page.attributes("aria-label")).toBe(label);
});
