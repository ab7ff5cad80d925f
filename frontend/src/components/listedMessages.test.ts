/** Messages that were asked for, in whichever dialog, are shown as they are by now: nobody reads there what was deleted. */
import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import type { Component } from "vue";
import type { Change, Message, Reply } from "@/protocol/frames";
import { forgetSettled, receiveChanges } from "@/protocol/rooms/changes";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { useBlocksStore } from "@/stores/blocks";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import MentionList from "./rooms/MentionList.vue";
import PinnedMessages from "./rooms/PinnedMessages.vue";
import MessageSearch from "./search/MessageSearch.vue";

const LISTS: Record<string, { component: Component; props?: Record<string, unknown>; answer: (messages: Message[]) => Reply }> = {
  "what is pinned": {
    component: PinnedMessages,
    props: { roomId: "ops" },
    answer: (data) => ({ type: "messageHistory", nextCursor: null, changes: [], changed: [], notices: [], data }),
  },
  "what mentions the user": { component: MentionList, answer: (messages) => ({ type: "mentions", data: { messages, nextCursor: null, added: {} } }) },
  "what was searched for": {
    component: MessageSearch,
    props: { roomId: "ops", words: "tea" },
    answer: (messages) => ({ type: "searchResults", data: { messages, moreIn: [], nextCursor: null } }),
  },
};

const change = (at: number, target: Message, what: Pick<Change, "kind" | "content">): Change => ({
  roomId: "ops", sortKey: sortKeyOf(at, "c"), createdAt: at, target: target.sortKey, userId: "mo", username: "Mo", ...what,
});

it.each(Object.entries(LISTS))("follows in %s what is edited and deleted, also once the timeline has forgotten of it", async (_, { component, props, answer }) => {
  const [first, second, third] = ["tea one", "tea two", "tea three"].map((content, index) => message(NOW + index, { roomId: "ops", content })) as [Message, Message, Message];
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValueOnce(answer([third, second, first]));
  mountPage(component, { chat, ...(props && { props }) });
  const rooms = useRoomsStore();
  rooms.join("ops");
  await flushPromises();
  const changes = [change(NOW + 10, first, { kind: "deletion" }), change(NOW + 20, second, { kind: "edit", content: "tea for two" })];
  rooms.update("ops", (timeline) => receiveChanges(timeline, changes));
  await flushPromises();
  rooms.update("ops", (timeline) => forgetSettled({ ...timeline, syncedTo: NOW + 3_600_000 }));
  await flushPromises();
  const shown = document.body.textContent ?? "";
  expect(["tea one", "tea two", "tea for two", "tea three"].filter((text) => shown.includes(text))).toEqual(["tea for two", "tea three"]);
});

it.each(Object.entries(LISTS))("leaves out of %s what is deleted while the answer is on its way", async (_, { component, props, answer }) => {
  const [first, second] = ["tea one", "tea two"].map((content, index) => message(NOW + index, { roomId: "ops", content })) as [Message, Message];
  const chat = fakeChat();
  const answered = Promise.withResolvers<Reply>();
  vi.mocked(chat.ask).mockReturnValueOnce(answered.promise);
  mountPage(component, { chat, ...(props && { props }) });
  const rooms = useRoomsStore();
  rooms.join("ops");
  rooms.update("ops", (timeline) => receiveChanges(timeline, [change(NOW + 10, first, { kind: "deletion" })]));
  await flushPromises();
  answered.resolve(answer([second, first]));
  await flushPromises();
  expect(document.body.textContent).toContain("tea two");
  expect(document.body.textContent).not.toContain("tea one");
});

it.each(Object.entries(LISTS))("folds in %s what somebody says whom the user blocks: chosen once it is shown, and only then gone to", async (_, { component, props, answer }) => {
  const said = message(NOW, { roomId: "ops", userId: "bob", content: "tea, **rude**" });
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValueOnce(answer([said]));
  const page = mountPage(component, { chat, ...(props && { props }) });
  useRoomsStore().join("ops");
  useBlocksStore().put("bob", true);
  await flushPromises();
  const row = page.get("[data-testid=pin], [data-testid=mention-of-me], [data-testid=search-result]");
  expect(row.text()).toContain("Message of somebody you block");
  expect(row.text()).toContain("Show it");
  expect(row.text()).not.toContain("rude");
  await row.trigger("click");
  expect(row.text()).toContain("tea, rude");
  expect(row.text()).not.toContain("Show it");
  expect([page.emitted("chosen"), page.emitted("jumped")]).toEqual([undefined, undefined]);
  await row.trigger("click");
  expect([...(page.emitted("chosen") ?? []), ...(page.emitted("jumped") ?? [])]).toHaveLength(1);
});

it.each(Object.entries(LISTS))("tells in %s when something was said, so short that the names beside it keep their room", async (_, { component, props, answer }) => {
  const today = new Date().setHours(9, 5, 7);
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValueOnce(answer([message(today, { roomId: "ops", content: "tea" })]));
  const page = mountPage(component, { chat, ...(props && { props }) });
  await flushPromises();
  expect(page.get("time").text()).toMatch(/^Today, 0?9:05(\s?AM)?$/);
  expect(page.get("time").attributes("title")).toContain("9:05:07");
});
