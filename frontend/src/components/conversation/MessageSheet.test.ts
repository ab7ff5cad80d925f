import { DOMWrapper, flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { message, NOW } from "@/testing/messages";
import { stubNavigator } from "@/testing/navigator";
import { mountPage } from "@/testing/page";
import MessageSheet from "./MessageSheet.vue";

it("says whose message it is about, and copies it", async () => {
  const writeText = vi.fn<(text: string) => Promise<void>>();
  stubNavigator("clipboard", { writeText });
  mountPage(MessageSheet, { props: { modelValue: message(NOW, { content: "**hi**" }) } });
  await flushPromises();
  const sheet = new DOMWrapper(document.body).get("[data-testid=message-sheet]");
  expect(sheet.text()).toContain("Alicehi");
  const copy = sheet.findAll("button").find((each) => each.text() === "Copy message");
  await copy?.trigger("click");
  await flushPromises();
  expect(writeText).toHaveBeenCalledExactlyOnceWith("**hi**");
  expect(copy?.text()).toBe("Copied");
});
