import { flushPromises } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";
import { CONTENT_LIMIT } from "@/protocol/frames";
import { FIELD_LIMIT } from "@/composables/composer/useInsertLimit";
import { nextTick } from "vue";
import { useChanging } from "@/composables/conversation/useChanging";
import { restart } from "@/protocol/rooms/timeline";
import { useAccountStore } from "@/stores/account";
import { useBlocksStore } from "@/stores/blocks";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useOutboxStore } from "@/stores/outbox";
import { useProfilesStore } from "@/stores/profiles";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { button, fakeChat, ME, mountPage } from "@/testing/page";
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
    expect(chat.send).toHaveBeenCalledExactlyOnceWith("hello", undefined);
    expect(textarea.element.value).toBe("");
  });

  // The last is Safari's: the composition has ended when the key that ended it is told of.
  it.each([{ shiftKey: true }, { isComposing: true }, { keyCode: 229 }])("does not send with %o", async (modifier) => {
    const { chat, textarea } = open();
    await textarea.setValue("hello");
    await textarea.trigger("keydown", { key: "Enter", ...modifier });
    expect(chat.send).not.toHaveBeenCalled();
    expect(textarea.element.value).toBe("hello");
  });
});

it.each(["", "  \n ", "\u200b\u2800", "😀".repeat(CONTENT_LIMIT + 1)])("does not send what the server would refuse", async (text) => {
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
  const { page, textarea } = open("global");
  await textarea.setValue("not yet");
  await page.setProps({ roomId: "ops" });
  expect(textarea.element.value).toBe("");
  await page.setProps({ roomId: "global" });
  expect(textarea.element.value).toBe("not yet");
});

describe("what is pasted", () => {
  async function paste(text: string, into = "") {
    const page = open().page;
    const textarea = page.get("textarea");
    await textarea.setValue(into);
    const event = new InputEvent("beforeinput", { data: text, inputType: "insertFromPaste", cancelable: true, bubbles: true });
    textarea.element.dispatchEvent(event);
    await page.vm.$nextTick();
    return { page, textarea, taken: !event.defaultPrevented };
  }

  it("may be longer than a message, so that it can be cut", async () => {
    expect((await paste("x".repeat(2 * CONTENT_LIMIT))).taken).toBe(true);
  });

  it.each([
    ["at once", "x".repeat(100_000), ""],
    ["bit by bit", "x".repeat(CONTENT_LIMIT), "x".repeat(FIELD_LIMIT - 1)],
  ])("is refused with a message when it is more than can be edited, %s", async (_, text, into) => {
    const { page, textarea, taken } = await paste(text, into);
    expect(taken).toBe(false);
    expect(textarea.element.value).toBe(into);
    expect(page.get("[role=alert]").text()).toContain(`${text.length} characters do not fit`);
    textarea.element.dispatchEvent(new InputEvent("beforeinput", { inputType: "deleteContentBackward", bubbles: true }));
    await page.vm.$nextTick();
    expect(page.find("[role=alert]").exists()).toBe(false);
  });
});

it("lays out no more text than shows in the field", async () => {
  const { page, textarea } = open();
  await textarea.setValue("y".repeat(FIELD_LIMIT));
  expect(page.get(".field > div").text().length).toBeLessThan(1_100);
});

it("takes the server's clock for the end of a mute, not that of a device that is ahead", async () => {
  const { chat, page } = open();
  vi.mocked(chat.serverTime).mockReturnValue(Date.now() - 10 * 60_000);
  useKnownRoomsStore().learnMute({ roomId: "global", mutedUntil: Date.now() - 60_000 });
  await nextTick();
  expect(page.get("[data-testid=muted]").text()).toContain("You are muted");
});

it("says until when one is muted, keeps what is written, and sends nothing", async () => {
  const { chat, page, textarea } = open();
  await textarea.setValue("half a word");
  useKnownRoomsStore().learnMute({ roomId: "global", mutedUntil: Date.now() + 60_000 });
  await nextTick();
  expect(page.get("[data-testid=muted]").text()).toMatch(/^You are muted in this room until (today|tomorrow), /);
  expect(textarea.attributes("readonly")).toBeDefined();
  await textarea.trigger("keydown", { key: "Enter" });
  expect(chat.send).not.toHaveBeenCalled();
  useKnownRoomsStore().learnMute({ roomId: "global", mutedUntil: null });
  await nextTick();
  await textarea.trigger("keydown", { key: "Enter" });
  expect(chat.send).toHaveBeenCalledExactlyOnceWith("half a word", undefined);
});

it("takes no text in a room that is not open to one, and keeps what was written for when it is", async () => {
  const { chat, page, textarea } = open();
  await textarea.setValue("half a word");
  useRoomsStore().refuse("global", "BANNED");
  await nextTick();
  expect([textarea.attributes("readonly"), page.find("[data-testid=emoji]").exists()]).toEqual(["", false]);
  expect(page.get("[data-testid=muted]").text()).toBe("You may not write in this room.");
  await textarea.trigger("keydown", { key: "Enter" });
  expect(chat.send).not.toHaveBeenCalled();
  useRoomsStore().admit("global");
  await nextTick();
  await textarea.trigger("keydown", { key: "Enter" });
  expect(chat.send).toHaveBeenCalledExactlyOnceWith("half a word", undefined);
});

it("says until when it was too much at once, and lets one go on writing", async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 23, 12, 0, 0) });
  const { chat, page, textarea } = open();
  const limited = page.get("[data-testid=limited]");
  useOutboxStore().limit(999);
  useOutboxStore().limit(20_000);
  useOutboxStore().limit(5_000);
  await nextTick();
  expect(limited.text()).toMatch(/^That was a lot at once\. What waits is sent by itself from 12:00:20/);
  await textarea.setValue("and more");
  await textarea.trigger("keydown", { key: "Enter" });
  expect(chat.send).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(20_000);
  await nextTick();
  expect(limited.text()).toBe("");
  vi.useRealTimers();
});

describe("an answer", () => {
  it("stays where an input method's Escape drops a word", async () => {
    const { page, textarea } = open();
    useChanging().answered.set("global", message(NOW));
    await textarea.trigger("keydown", { key: "Escape", isComposing: true });
    expect(page.find("[data-testid=answer-bar]").exists()).toBe(true);
  });

  it("is none any more to what was deleted meanwhile", async () => {
    const { chat, page, textarea } = open();
    const asked = message(NOW, { content: "who?" });
    const show = (now: typeof asked) => useRoomsStore().update("global", (timeline) => restart(timeline, [now], true));
    useChanging().answered.set("global", asked);
    show({ ...asked, content: "who, again?", changedAt: NOW + 1 });
    await nextTick();
    expect(page.get("[data-testid=answer-bar]").text()).toContain("who, again?");
    show({ ...asked, content: "", deletedAt: NOW + 2, changedAt: NOW + 2 });
    await nextTick();
    expect(page.find("[data-testid=answer-bar]").exists()).toBe(false);
    await textarea.setValue("I");
    await textarea.trigger("keydown", { key: "Enter" });
    expect(chat.send).toHaveBeenCalledExactlyOnceWith("I", undefined);
  });

  it("says what it answers, and takes that along", async () => {
    const { chat, page, textarea } = open();
    const asked = message(1, { content: "**who?**" });
    useChanging().answered.set("global", asked);
    await nextTick();
    expect(page.get("[data-testid=answer-bar]").text()).toBe("Reply to Alice: who?");
    await textarea.setValue("me");
    await textarea.trigger("keydown", { key: "Enter" });
    expect(chat.send).toHaveBeenCalledExactlyOnceWith("me", asked.sortKey);
    expect(page.find("[data-testid=answer-bar]").exists()).toBe(false);
  });

  it("is none after Escape", async () => {
    const { page, textarea } = open();
    useChanging().answered.set("global", message(1));
    await textarea.trigger("keydown", { key: "Escape" });
    expect(page.find("[data-testid=answer-bar]").exists()).toBe(false);
  });
});

it.each([["", true], ["half a word", false]])("with %j written, the upper arrow edits the last message: %s", async (written, edits) => {
  const { textarea } = open();
  const mine = message(Date.now(), ME);
  useRoomsStore().update("global", (timeline) => restart(timeline, [mine, message(Date.now() + 1)], true));
  await textarea.setValue(written);
  await textarea.trigger("keydown", { key: "ArrowUp" });
  expect(useChanging().edited.value?.sortKey === mine.sortKey).toBe(edits);
});

describe("on a touch screen the conversation has the focus", () => {
  function conversation(): HTMLElement {
    document.body.innerHTML = '<div id="conversation" tabindex="0"></div><button>Elsewhere</button>';
    return document.getElementById("conversation") as HTMLElement;
  }
  const frame = () => new Promise(requestAnimationFrame);

  it("with the first frame, once the page is complete", async () => {
    const log = conversation();
    open();
    expect(document.activeElement).toBe(document.body);
    await frame();
    expect(document.activeElement).toBe(log);
  });

  it("unless something else has taken it by then", async () => {
    conversation();
    open();
    document.querySelector("button")?.focus();
    await frame();
    expect(document.activeElement?.textContent).toBe("Elsewhere");
  });
});

describe("with somebody whom the user blocks", () => {
  const DIRECT = `~d${"0".repeat(32)}`;
  async function openDirect() {
    const opened = open(DIRECT);
    vi.mocked(opened.chat.ask).mockResolvedValue({ type: "ack" });
    useAccountStore().signedIn(ME);
    useKnownRoomsStore().learn({ roomId: DIRECT, kind: "direct", title: "", topic: "", createdAt: NOW, users: [ME.userId, "b0b"] });
    useProfilesStore().learn({ userId: "b0b", handle: "bob", displayName: "Bob", status: "" });
    await opened.textarea.setValue("not yet");
    useBlocksStore().put("b0b", true);
    await nextTick();
    return opened;
  }

  it("offers a conversation of two no field, but to block them no more, and has what was written then", async () => {
    const { chat, page } = await openDirect();
    expect(page.find("textarea").exists()).toBe(false);
    expect(page.find("button[type=submit]").exists()).toBe(false);
    expect(page.get("[data-testid=muted]").text()).toBe("You block Bob. To write here, unblock them.");
    button(page, "Unblock Bob").element.focus();
    await button(page, "Unblock Bob").trigger("click");
    await flushPromises();
    expect(chat.ask).toHaveBeenCalledExactlyOnceWith("unblockUser", { userId: "b0b" });
    expect(page.get("textarea").element.value).toBe("not yet");
    expect(document.activeElement).toBe(page.get("textarea").element);
  });

  it("has the field again when that is ended elsewhere, and leaves the focus where it is", async () => {
    const { page } = await openDirect();
    const elsewhere = document.body.appendChild(document.createElement("button"));
    elsewhere.focus();
    useBlocksStore().put("b0b", false);
    await flushPromises();
    expect(page.get("textarea").element.value).toBe("not yet");
    expect(page.get("[data-testid=muted]").text()).toBe("");
    expect(document.activeElement).toBe(elsewhere);
  });

  it("keeps the field in a room of several", async () => {
    const { page } = open();
    useKnownRoomsStore().learn({ roomId: "global", kind: "public", title: "All", topic: "", createdAt: NOW });
    useBlocksStore().put("b0b", true);
    await nextTick();
    expect(page.find("textarea").exists()).toBe(true);
  });
});
