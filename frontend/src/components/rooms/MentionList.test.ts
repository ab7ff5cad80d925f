import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { ConnectionLost } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import { useMentionsStore } from "@/stores/mentions";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import MentionList from "./MentionList.vue";

function answering(...pages: { messages: Message[]; nextCursor: string | null }[]) {
  const chat = fakeChat();
  for (const data of pages) vi.mocked(chat.ask).mockResolvedValueOnce({ type: "mentions", data: { ...data, added: {} } });
  return chat;
}

it("offers the messages that mention the user, and says what is unread", async () => {
  const read = message(NOW, { roomId: "global", content: "@me before" });
  const unread = message(NOW + 1, { roomId: "ops", content: "**@me** <b>now</b>" });
  const page = mountPage(MentionList, { chat: answering({ messages: [unread, read], nextCursor: null }) });
  useRoomsStore().markRead("global", read.sortKey);
  await flushPromises();
  const [first, second] = page.findAll("[data-testid=mention-of-me]");
  expect(first?.text()).toContain("@me <b>now</b>");
  expect([first?.text().includes("unread"), second?.text().includes("unread")]).toEqual([true, false]);
  await first?.trigger("click");
  expect(page.emitted("chosen")).toEqual([[unread]]);
});

it("has what came meanwhile, and the server does not list yet", async () => {
  const [listed, came] = [message(NOW), message(NOW + 1, { content: "@me now" })];
  const page = mountPage(MentionList, { chat: answering({ messages: [listed], nextCursor: listed.sortKey }) });
  useMentionsStore().learn([came, listed, message(NOW - 1)]);
  await flushPromises();
  expect(page.findAll("[data-testid=mention-of-me]").map((each) => each.text().includes("@me now"))).toEqual([true, false]);
});

it("says that there are none, but not before the last page", async () => {
  const nextCursor = message(NOW).sortKey;
  const chat = answering({ messages: [], nextCursor }, { messages: [], nextCursor: null });
  const page = mountPage(MentionList, { chat });
  await flushPromises();
  expect(page.get("[role=status]").text()).toBe("");
  await page.get("button").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("listMentions", { cursor: nextCursor });
  expect(page.get("[role=status]").text()).toBe("Nobody has mentioned you yet.");
});

it("says why it could not be read, and tries again", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  const page = mountPage(MentionList, { chat });
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain("no connection");
  expect(page.get("button").text()).toBe("Try again");
});
