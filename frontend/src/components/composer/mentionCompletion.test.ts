import { flushPromises } from "@vue/test-utils";
import { expect, it } from "vitest";
import { applyChanges } from "@/protocol/presence/presence";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { usePresenceStore } from "@/stores/presence";
import { useProfilesStore } from "@/stores/profiles";
import { NOW } from "@/testing/messages";
import { fakeChat, ME, mountPage } from "@/testing/page";
import MessageComposer from "./MessageComposer.vue";

const BOB = { userId: "b0b", handle: "bob.1", displayName: "Bob\u202e Gray", status: "" };

function open() {
  const chat = fakeChat();
  const page = mountPage(MessageComposer, { chat, props: { roomId: "global" } });
  const textarea = page.get("textarea");
  async function write(text: string): Promise<void> {
    await textarea.setValue(text);
    await flushPromises();
  }
  return { chat, page, textarea, write, options: () => page.findAll("[role=option]").map((option) => option.text()) };
}

it("completes a name to its handle, by keyboard, and sends nothing by that", async () => {
  const { chat, page, textarea, write, options } = open();
  [BOB, { ...BOB, userId: ME.userId, handle: "bob.me" }].forEach(useProfilesStore().learn);
  await write("hi @Gra");
  expect(options()).toEqual(["BGBob Gray@bob.1"]);
  expect(page.get("[role=listbox]").attributes("aria-label")).toBe("People to mention");
  expect(textarea.attributes("aria-activedescendant")).toBe(page.get("[role=option]").attributes("id"));
  await textarea.trigger("keydown", { key: "Enter" });
  await flushPromises();
  expect(textarea.element.value).toBe("hi @bob.1 ");
  expect(chat.send).not.toHaveBeenCalled();
});

it("asks what those are called who are in the room", async () => {
  const { write } = open();
  usePresenceStore().update("global", (presence) => applyChanges(presence, [{ userId: "c", username: "C", online: true, at: NOW }]));
  await write("@");
  expect(useProfilesStore().wanted).toContain("c");
});

it("offers everybody to moderators alone", async () => {
  const { write, options } = open();
  await write("@he");
  expect(options()).toEqual([]);
  useKnownRoomsStore().learnRole({ roomId: "global", role: "moderator" });
  await write("@her");
  expect(options()).toEqual(["@hereeverybody who is here"]);
});

it("sends, where the handle is written already", async () => {
  const { chat, textarea, write } = open();
  useProfilesStore().learn(BOB);
  await write("hi @bob.1");
  await textarea.trigger("keydown", { key: "Enter" });
  expect(chat.send).toHaveBeenCalledExactlyOnceWith("hi @bob.1", undefined);
});

it.each([
  ["at its beginning", () => 0],
  ["behind further words", (length: number) => length],
])("sends instead, where the caret has left the word for another place: %s", async (_, place) => {
  const { chat, page, textarea, write } = open();
  useProfilesStore().learn(BOB);
  await write("hi @bo and more");
  textarea.element.setSelectionRange(6, 6);
  await textarea.trigger("input");
  await flushPromises();
  expect(page.find("[role=option]").exists()).toBe(true);
  const caret = place(textarea.element.value.length);
  textarea.element.setSelectionRange(caret, caret);
  await textarea.trigger("keydown", { key: "Enter" });
  await flushPromises();
  expect(chat.send).toHaveBeenCalledExactlyOnceWith("hi @bo and more", undefined);
});

it("completes what was written on before the next offers are there", async () => {
  const { textarea, write } = open();
  useProfilesStore().learn(BOB);
  await write("hi @b");
  textarea.element.value = "hi @bo";
  textarea.element.dispatchEvent(new Event("input"));
  await textarea.trigger("keydown", { key: "Enter" });
  await flushPromises();
  expect(textarea.element.value).toBe("hi @bob.1 ");
});
