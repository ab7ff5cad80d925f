import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { useChanging } from "@/composables/conversation/useChanging";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { roomLink } from "@/conversation/roomLink";
import { message, NOW } from "@/testing/messages";
import { stubNavigator } from "@/testing/navigator";
import { button, fakeChat, ME, mountPage } from "@/testing/page";
import MessageToolbar from "./MessageToolbar.vue";

const names = (page: ReturnType<typeof mountPage>) => page.findAll("button").map((each) => each.attributes("aria-label"));

it("copies a link that leads to the message", async () => {
  const writeText = vi.fn<(text: string) => Promise<void>>();
  stubNavigator("clipboard", { writeText });
  const said = message(NOW, { roomId: "ops" });
  const page = mountPage(MessageToolbar, { props: { message: said, reachable: true } });
  await button(page, "Copy link").trigger("click");
  await flushPromises();
  const address = new URL(writeText.mock.calls[0]?.[0] ?? "");
  expect(roomLink(address.hash)).toEqual({ kind: "message", roomId: "ops", sortKey: said.sortKey });
});

it("is a stop for Tab only in the message that has the focus", () => {
  const stops = (reachable: boolean) => {
    const page = mountPage(MessageToolbar, { props: { message: message(NOW), reachable } });
    return page.findAll("button").filter((each) => each.attributes("tabindex") === "0").length;
  };
  expect([stops(false), stops(true)]).toEqual([0, 5]);
});

it("offers with one's own message to edit and to delete it, and begins what is chosen", async () => {
  const said = message(Date.now(), ME);
  const page = mountPage(MessageToolbar, { props: { message: said, reachable: true } });
  expect(names(page)).toEqual(["Copy message", "React", "Reply", "Edit message", "Delete message", "Copy link"]);
  await button(page, "Delete message").trigger("click");
  expect(useChanging().removed.value).toEqual(said);
  await button(page, "Edit message").trigger("click");
  expect(useChanging().edited.value).toEqual(said);
});

it("asks about a message of somebody else what is wrong with it", async () => {
  const page = mountPage(MessageToolbar, { props: { message: message(NOW, { roomId: "ops", userId: "b0b" }), reachable: true } });
  await button(page, "Report the message").trigger("click");
  expect(useRoomDialog().value).toMatchObject({ kind: "report", roomId: "ops" });
});

it("offers to edit by the server's clock, whatever this device's shows", () => {
  const chat = fakeChat();
  const said = message(Date.now() - 2 * 24 * 60 * 60 * 1_000, ME);
  vi.mocked(chat.serverTime).mockReturnValue(said.createdAt + 1_000);
  expect(names(mountPage(MessageToolbar, { chat, props: { message: said, reachable: true } }))).toContain("Edit message");
});

it("offers no text of a deleted message to be copied", () => {
  const page = mountPage(MessageToolbar, { props: { message: message(NOW, { content: "", deletedAt: NOW }), reachable: true } });
  expect(names(page)).toEqual(["Copy link"]);
});
