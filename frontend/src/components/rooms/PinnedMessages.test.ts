import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { nextTick } from "vue";
import { useJump } from "@/composables/conversation/useJump";
import type { Message } from "@/protocol/frames";
import { RequestRefused } from "@/protocol/errors";
import { message, NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import PinnedMessages from "./PinnedMessages.vue";

function answering(...pages: { data: Message[]; nextCursor: string | null }[]) {
  const chat = fakeChat();
  for (const page of pages) {
    vi.mocked(chat.ask).mockResolvedValueOnce({ type: "messageHistory", changes: [], changed: [], notices: [], ...page });
  }
  return chat;
}

it("leads to a pinned message", async () => {
  const pinned = message(NOW, { content: "**Rules** of this room", pinnedAt: NOW });
  const page = mountPage(PinnedMessages, { chat: answering({ data: [pinned], nextCursor: null }), props: { roomId: "ops" } });
  await nextTick();
  expect(page.get("[role=status]").text()).toBe("Looking for pinned messages…");
  await flushPromises();
  expect(page.get("[data-testid=pin]").text()).toContain("Rules of this room");
  await page.get("[data-testid=pin]").trigger("click");
  expect(useJump().value).toEqual({ kind: "message", roomId: "ops", sortKey: pinned.sortKey });
  expect(page.emitted("jumped")).toHaveLength(1);
});

it("says that nothing is pinned", async () => {
  const page = mountPage(PinnedMessages, { chat: answering({ data: [], nextCursor: null }), props: { roomId: "ops" } });
  await flushPromises();
  expect(page.get("[role=status]").text()).toBe("Nothing is pinned here.");
});

it("loads more where there is more", async () => {
  const [first, second] = [message(NOW), message(NOW + 1)];
  const chat = answering({ data: [first], nextCursor: first.sortKey }, { data: [second], nextCursor: null });
  const page = mountPage(PinnedMessages, { chat, props: { roomId: "ops" } });
  await flushPromises();
  await page.findAll("button").at(-1)?.trigger("click");
  await flushPromises();
  expect(page.findAll("[data-testid=pin]")).toHaveLength(2);
  expect(chat.ask).toHaveBeenLastCalledWith("listPins", { roomId: "ops", after: first.sortKey });
});

it("says why it could not be read, and tries again", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestRefused("FORBIDDEN"));
  const page = mountPage(PinnedMessages, { chat, props: { roomId: "ops" } });
  await flushPromises();
  expect(page.get("[role=alert]").text()).toBe("You cannot read this room.");
  expect(page.get("button").text()).toBe("Try again");
});
