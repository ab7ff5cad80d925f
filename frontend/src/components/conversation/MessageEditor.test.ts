import { flushPromises } from "@vue/test-utils";
import { expect, it } from "vitest";
import { useProfilesStore } from "@/stores/profiles";
import { message, NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import MessageEditor from "./MessageEditor.vue";

function open() {
  const chat = fakeChat();
  const edited = message(NOW, { content: "hi" });
  const page = mountPage(MessageEditor, { chat, props: { message: edited } });
  useProfilesStore().learn({ userId: "b0b", handle: "bob.1", displayName: "Bob", status: "" });
  const field = page.get("textarea");
  async function press(key: string): Promise<void> {
    await field.trigger("keydown", { key });
    await flushPromises();
  }
  async function write(text: string): Promise<void> {
    await field.setValue(text);
    await flushPromises();
  }
  return { chat, edited, page, field, press, write };
}

it("completes a mention as the message field does, and saves by the next Enter", async () => {
  const { chat, edited, field, page, press, write } = open();
  await write("hi @bo");
  await press("Enter");
  expect(field.element.value).toBe("hi @bob.1 ");
  expect(chat.edit).not.toHaveBeenCalled();
  await press("Enter");
  expect(chat.edit).toHaveBeenCalledExactlyOnceWith(edited, "hi @bob.1 ");
  expect(page.emitted("close")).toHaveLength(1);
});

it("closes what is offered by the first Escape, itself by the second", async () => {
  const { page, press, write } = open();
  await write("hi @bo");
  await press("Escape");
  expect(page.find("[role=listbox]").exists()).toBe(false);
  expect(page.emitted("close")).toBeUndefined();
  await press("Escape");
  expect(page.emitted("close")).toHaveLength(1);
});
