import { DOMWrapper, flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import type { Message } from "@/protocol/frames";
import { message, NOW } from "@/testing/messages";
import { stubNavigator } from "@/testing/navigator";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { fakeChat, ME, mountPage } from "@/testing/page";
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

it("offers all emoji, and answers with the one that is picked", async () => {
  const chat = fakeChat();
  const said = message(NOW, { userId: "bob" });
  const page = mountPage(MessageSheet, {
    chat,
    props: {
      modelValue: said as Message | null,
      "onUpdate:modelValue": (modelValue: Message | null) => page.setProps({ modelValue }),
    },
    stubs: { EmojiPicker: { template: `<button data-testid="picked" @click="$emit('pick', '🚀')" />`, emits: ["pick"] } },
  });
  await flushPromises();
  const sheet = () => new DOMWrapper(document.body).find("[data-testid=message-sheet]");
  await sheet().get("[data-testid=more-emoji]").trigger("click");
  await flushPromises();
  await sheet().get("[data-testid=picked]").trigger("click");
  await flushPromises();
  expect(chat.react).toHaveBeenCalledExactlyOnceWith(said, "🚀", true);
  expect(sheet().exists()).toBe(false);
});

it("begins a report of somebody else's message, and none of one's own", async () => {
  const page = mountPage(MessageSheet, {
    props: {
      modelValue: message(NOW, { content: "hi", userId: "bob" }) as Message | null,
      "onUpdate:modelValue": (modelValue: Message | null) => page.setProps({ modelValue }),
    },
  });
  await flushPromises();
  const report = () =>
    new DOMWrapper(document.body).get("[data-testid=message-sheet]").findAll("button").find((each) => each.text() === "Report the message");
  await report()?.trigger("click");
  await flushPromises();
  expect(useRoomDialog().value).toMatchObject({ kind: "report" });

  await page.setProps({ modelValue: message(NOW, { content: "hi", ...ME }) });
  await flushPromises();
  expect(report()).toBeUndefined();
});
