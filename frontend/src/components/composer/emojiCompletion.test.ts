import english from "emoji-picker-element-data/en/cldr/data.json";
import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { fakeChat, mountPage } from "@/testing/page";
import MessageComposer from "./MessageComposer.vue";

const answer = vi.fn<() => Promise<Response>>();

beforeEach(() => {
  answer.mockResolvedValue(new Response(JSON.stringify(english)));
  vi.stubGlobal("fetch", answer);
});

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

it("offers nothing, and sends as ever, where the emoji cannot be loaded", async () => {
  answer.mockRejectedValue(new TypeError("no network"));
  const { chat, textarea, write, options } = open();
  await write("yes :tad");
  expect(options()).toEqual([]);
  await textarea.trigger("keydown", { key: "Enter" });
  expect(chat.send).toHaveBeenCalledExactlyOnceWith("yes :tad", undefined);
});

it("completes a name by keyboard, and sends nothing by that", async () => {
  const { chat, page, textarea, write } = open();
  await write("yes :thumbs");
  const active = () => page.get(`[id="${textarea.attributes("aria-activedescendant")}"]`).text();
  expect(active()).toContain("thumbs up");
  await textarea.trigger("keydown", { key: "ArrowDown" });
  expect(active()).toContain("thumbs down");
  await textarea.trigger("keydown", { key: "Enter" });
  await flushPromises();
  expect(textarea.element.value).toBe("yes 👎️ ");
  expect(chat.send).not.toHaveBeenCalled();
  expect(page.find("[role=listbox]").exists()).toBe(false);
});

it("completes a name by a click, and not where a finger scrolls", async () => {
  const { page, textarea, write } = open();
  await write(":tada");
  const option = page.get("[role=option]");
  await option.trigger("pointerdown");
  await option.trigger("pointercancel");
  await flushPromises();
  expect(textarea.element.value).toBe(":tada");
  await option.trigger("click");
  await flushPromises();
  expect(textarea.element.value).toBe("🎉 ");
});

it("keeps the option that Enter takes in view", async () => {
  const shown = vi.spyOn(Element.prototype, "scrollIntoView");
  const { page, textarea, write } = open();
  await write(":thumbs");
  await textarea.trigger("keydown", { key: "ArrowDown" });
  expect(shown.mock.contexts).toEqual([page.findAll("[role=option]")[1]?.element]);
});

it("makes an emoji of a name that is closed", async () => {
  const { textarea, write } = open();
  await write("yes :tada:");
  expect(textarea.element.value).toBe("yes 🎉");
});

it("leaves the text alone after Escape", async () => {
  const { page, textarea, write } = open();
  await write(":tada");
  await textarea.trigger("keydown", { key: "Escape" });
  expect(page.find("[role=listbox]").exists()).toBe(false);
  expect(textarea.element.value).toBe(":tada");
});
