import { describe, expect, it } from "vitest";
import { CONTENT_LIMIT } from "@/protocol/frames";
import { button, fakeChat, mountPage } from "@/testing/page";
import MessageComposer from "./MessageComposer.vue";

function open(roomId = "global") {
  const chat = fakeChat();
  const page = mountPage(MessageComposer, { chat, props: { roomId } });
  return { chat, page, textarea: page.get("textarea") };
}

describe("Enter", () => {
  it("sends and empties the field", async () => {
    const { chat, textarea } = open();
    await textarea.setValue("hello");
    await textarea.trigger("keydown", { key: "Enter" });
    expect(chat.send).toHaveBeenCalledExactlyOnceWith("hello");
    expect(textarea.element.value).toBe("");
  });

  it.each([{ shiftKey: true }, { isComposing: true }])("does not send with %o", async (modifier) => {
    const { chat, textarea } = open();
    await textarea.setValue("hello");
    await textarea.trigger("keydown", { key: "Enter", ...modifier });
    expect(chat.send).not.toHaveBeenCalled();
    expect(textarea.element.value).toBe("hello");
  });
});

it.each(["", "  \n ", "😀".repeat(CONTENT_LIMIT + 1)])("does not send what the server would refuse", async (text) => {
  const { chat, page, textarea } = open();
  await textarea.setValue(text);
  expect(button(page, "Send").attributes("disabled")).toBeDefined();
  await page.get("form").trigger("submit");
  expect(chat.send).not.toHaveBeenCalled();
});

it("counts characters as the server does, near the limit only", async () => {
  const { page, textarea } = open();
  await textarea.setValue("😀".repeat(3_000));
  expect(page.find("[data-testid=counter]").exists()).toBe(false);
  await textarea.setValue("😀".repeat(CONTENT_LIMIT - 1));
  expect(page.get("[data-testid=counter]").text()).toBe("1 character left");
  await textarea.setValue("😀".repeat(CONTENT_LIMIT + 2));
  expect(page.get("[data-testid=counter]").text()).toBe("2 characters too many");
  expect(textarea.attributes("aria-invalid")).toBe("true");
});

it("keeps a draft for each room", async () => {
  await open("global").textarea.setValue("not yet");
  expect(open("ops").textarea.element.value).toBe("");
  expect(open("global").textarea.element.value).toBe("not yet");
});
