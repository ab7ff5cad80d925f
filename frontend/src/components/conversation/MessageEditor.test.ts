import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { FIELD_LIMIT } from "@/composables/composer/useInsertLimit";
import { useChanging } from "@/composables/conversation/useChanging";
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

it("has what was written still after a look into another room, and of another message its own text", async () => {
  const { edited, page, write } = open();
  const { edited: current } = useChanging();
  current.value = edited;
  await write("hi, all");
  page.unmount();
  expect(mountPage(MessageEditor, { props: { message: edited } }).get("textarea").element.value).toBe("hi, all");
  current.value = message(NOW, { content: "other" });
  expect(mountPage(MessageEditor, { props: { message: current.value } }).get("textarea").element.value).toBe("other");
});

it.each([{ isComposing: true }, { keyCode: 229 }])("leaves its keys to an input method that composes a word, with %o", async (composing) => {
  const { chat, field, page, write } = open();
  await write("hi, all");
  for (const key of ["Escape", "Enter"]) await field.trigger("keydown", { key, ...composing });
  expect([page.emitted("close"), vi.mocked(chat.edit).mock.calls]).toEqual([undefined, []]);
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

it("says so when it takes no more than can be edited", async () => {
  const { field, page } = open();
  const text = "x".repeat(FIELD_LIMIT + 1);
  field.element.dispatchEvent(new InputEvent("beforeinput", { data: text, inputType: "insertFromPaste", cancelable: true, bubbles: true }));
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain(`${text.length} characters do not fit`);
});
