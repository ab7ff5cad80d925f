import { flushPromises } from "@vue/test-utils";
import { nextTick } from "vue";
import { expect, it, vi } from "vitest";
import { useChanging } from "@/composables/conversation/useChanging";
import { useJump } from "@/composables/conversation/useJump";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { RequestRefused } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import { restart } from "@/protocol/rooms/timeline";
import { useBlocksStore } from "@/stores/blocks";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";
import { message } from "@/testing/messages";
import { button, fakeChat, ME, mountPage } from "@/testing/page";
import MessageRow from "./MessageRow.vue";

it("leads moderators from an edited message to its earlier texts, and nobody else", async () => {
  const edited = message(Date.now(), { roomId: "ops", userId: "bob", editedAt: Date.now() });
  const { page } = open(edited);
  const mark = () => page.get("[data-testid=edited]").find("button");
  expect(mark().exists()).toBe(false);
  useKnownRoomsStore().learnRole({ roomId: "ops", role: "moderator" });
  await nextTick();
  expect(mark().attributes("tabindex")).toBe("0");
  await mark().trigger("click");
  expect(useRoomDialog().value).toEqual({ kind: "versions", roomId: "ops", sortKey: edited.sortKey });
});

const mine = (overrides: Partial<Message> = {}) => message(Date.now(), { ...ME, ...overrides });

function open(said: Message) {
  const chat = fakeChat();
  const own = said.userId === ME.userId;
  return { chat, page: mountPage(MessageRow, { chat, props: { message: said, own, opensGroup: true, focused: true } }) };
}

it("says that a message was edited, and that one was deleted", () => {
  expect(open(mine({ editedAt: Date.now() })).page.get("[data-testid=edited]").text()).toBe("edited");
  const deleted = open(mine({ content: "", deletedAt: Date.now() })).page;
  expect(deleted.get("[data-testid=message-content]").text()).toBe("Deleted message");
});

it("folds what somebody says whom the user blocks, until it is asked for", async () => {
  const { page } = open(message(Date.now(), { userId: "bob", content: "rude" }));
  useBlocksStore().put("bob", true);
  await nextTick();
  expect(page.text()).not.toContain("rude");
  expect(page.get("[data-testid=blocked-message]").text()).toContain("Message of somebody you block");
  await button(page, "Show it").trigger("click");
  expect(page.get("[data-testid=message-content]").text()).toBe("rude");
});

it("stays unfolded when it is scrolled away and drawn again", async () => {
  const said = message(Date.now(), { userId: "bob", content: "rude" });
  const { page } = open(said);
  useBlocksStore().put("bob", true);
  await nextTick();
  await button(page, "Show it").trigger("click");
  await page.setProps({ message: message(Date.now(), { userId: "bob", content: "ruder" }) });
  expect(page.text()).not.toContain("ruder");
  await page.setProps({ message: said });
  expect(page.get("[data-testid=message-content]").text()).toBe("rude");
});

it("says of what an erased account left that the account was deleted", () => {
  const left = message(Date.now(), { userId: "gone", username: "", content: "", deletedAt: Date.now() });
  expect(open(left).page.get("[data-testid=author]").text()).toBe("Deleted account");
});

it("is edited in its place: Enter saves, and the message has the focus again", async () => {
  const { chat, page } = open(mine({ content: "helo" }));
  await button(page, "Edit message").trigger("click");
  const field = page.get("textarea");
  expect(document.activeElement).toBe(field.element);
  await field.setValue("hello");
  await field.trigger("keydown", { key: "Enter" });
  await flushPromises();
  expect(chat.edit).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ content: "helo" }), "hello");
  expect(page.find("textarea").exists()).toBe(false);
  expect(document.activeElement).toBe(page.get("article").element);
});

it("stays in the field, with what was written, where an edit is refused", async () => {
  const { chat, page } = open(mine({ content: "helo" }));
  vi.mocked(chat.edit).mockRejectedValue(new RequestRefused("FORBIDDEN"));
  await button(page, "Edit message").trigger("click");
  await page.get("textarea").setValue("hello");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toBe("This message can no longer be edited.");
  expect(page.get("textarea").element.value).toBe("hello");
});

it.each([["unchanged", "helo"], ["empty", " "]])("changes nothing when the text is %s", async (_, text) => {
  const { chat, page } = open(mine({ content: "helo" }));
  await button(page, "Edit message").trigger("click");
  await page.get("textarea").setValue(text);
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.edit).not.toHaveBeenCalled();
});

it("is as it was after Escape", async () => {
  const { chat, page } = open(mine({ content: "helo" }));
  await button(page, "Edit message").trigger("click");
  await page.get("textarea").setValue("hello");
  await page.get("textarea").trigger("keydown", { key: "Escape" });
  await flushPromises();
  expect(chat.edit).not.toHaveBeenCalled();
  expect(page.get("[data-testid=message-content]").text()).toBe("helo");
});

it("shows who reacted, and one's own reaction is taken back by the same button", async () => {
  const bob = { userId: "bob", username: "Bob" };
  const said = message(Date.now(), { reactions: [{ emoji: "👍", users: [ME, bob] }, { emoji: "🎉", users: [bob] }] });
  const { chat, page } = open(said);
  const chips = page.findAll("[data-testid=reaction]");
  expect(chips.map((chip) => [chip.attributes("aria-label"), chip.attributes("aria-pressed"), chip.text()])).toEqual([
    ["👍 2: You, Bob", "true", "👍 2"],
    ["🎉 1: Bob", "false", "🎉 1"],
  ]);
  for (const chip of chips) await chip.trigger("click");
  expect(vi.mocked(chat.react).mock.calls.map(([, emoji, on]) => [emoji, on])).toEqual([["👍", false], ["🎉", true]]);
});

it("says on the page that a reaction failed", async () => {
  const { chat, page } = open(message(Date.now(), { reactions: [{ emoji: "👍", users: [ME] }] }));
  vi.mocked(chat.react).mockRejectedValue(new RequestRefused("INTERNAL"));
  await page.get("[data-testid=reaction]").trigger("click");
  await flushPromises();
  expect(useRoomNotice().value).toEqual({ kind: "notChanged", roomId: "global", failure: "INTERNAL" });
});

it("quotes what it answers, as that is now, and leads there", async () => {
  const asked = message(1, { content: "**who?**" });
  const { page } = open(mine({ replyTo: asked.sortKey }));
  const quote = page.get("[data-testid=reply-quote]");
  expect(quote.text()).toBe("an earlier message");
  const rooms = useRoomsStore();
  rooms.update("global", (timeline) => restart(timeline, [asked], true));
  await nextTick();
  expect(quote.text()).toBe("Alicewho?");
  await quote.trigger("click");
  expect(useJump().value).toEqual({ kind: "message", roomId: "global", sortKey: asked.sortKey });
});

it("begins an answer and a deletion, which is confirmed first", async () => {
  const said = mine();
  const { chat, page } = open(said);
  await button(page, "Reply").trigger("click");
  await button(page, "Delete message").trigger("click");
  const { answered, removed } = useChanging();
  expect([answered.get("global")?.sortKey, removed.value?.sortKey]).toEqual([said.sortKey, said.sortKey]);
  expect(chat.remove).not.toHaveBeenCalled();
});

it("makes what it offers when the pointer or the focus comes near", async () => {
  const page = mountPage(MessageRow, { props: { message: mine(), own: true, opensGroup: true } });
  expect(page.find("[data-testid=message-toolbar]").exists()).toBe(false);
  await page.get("article").trigger("pointerenter");
  expect(page.find("[data-testid=message-toolbar]").exists()).toBe(true);

  const other = mountPage(MessageRow, { props: { message: mine(), own: true, opensGroup: true } });
  await other.get("article").trigger("focusin");
  expect(other.find("[data-testid=message-toolbar]").exists()).toBe(true);
});

it("is pinned by a moderator, and says so; a failure is said on the page", async () => {
  const chat = fakeChat();
  vi.mocked(chat.pin).mockRejectedValueOnce(new RequestRefused("FORBIDDEN"));
  const page = mountPage(MessageRow, { chat, props: { message: mine(), own: true, opensGroup: true, focused: true } });
  useKnownRoomsStore().roles.set(mine().roomId, "moderator");
  await nextTick();
  expect(page.find("[data-testid=pinned]").exists()).toBe(false);
  await button(page, "Pin message").trigger("click");
  await flushPromises();
  expect(chat.pin).toHaveBeenCalledExactlyOnceWith(expect.anything(), true);
  expect(useRoomNotice().value).toMatchObject({ kind: "notChanged", failure: "FORBIDDEN" });

  await page.setProps({ message: mine({ pinnedAt: Date.now() }) });
  expect(page.get("[data-testid=pinned]").text()).toBe("Pinned");
  await button(page, "Unpin message").trigger("click");
  expect(chat.pin).toHaveBeenLastCalledWith(expect.anything(), false);
});
