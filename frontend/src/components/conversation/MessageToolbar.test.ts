import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { roomLink } from "@/conversation/roomLink";
import { message, NOW } from "@/testing/messages";
import { stubNavigator } from "@/testing/navigator";
import { button, mountPage } from "@/testing/page";
import MessageToolbar from "./MessageToolbar.vue";

it("copies a link that leads to the message", async () => {
  const writeText = vi.fn<(text: string) => Promise<void>>();
  stubNavigator("clipboard", { writeText });
  const said = message(NOW, { roomId: "ops" });
  const page = mountPage(MessageToolbar, { props: { message: said, actions: [], reachable: true } });
  await button(page, "Copy link").trigger("click");
  await flushPromises();
  const address = new URL(writeText.mock.calls[0]?.[0] ?? "");
  expect(roomLink(address.hash)).toEqual({ kind: "message", roomId: "ops", sortKey: said.sortKey });
});

it("is a stop for Tab only in the message that has the focus", () => {
  const stops = (reachable: boolean) =>
    mountPage(MessageToolbar, { props: { message: message(NOW), actions: ["react", "reply"], reachable } }).findAll("[tabindex='0']").length;
  expect([stops(false), stops(true)]).toEqual([0, 5]);
});

it("offers what may be done, and says what was chosen", async () => {
  const page = mountPage(MessageToolbar, { props: { message: message(NOW), actions: ["reply", "edit", "remove"], reachable: true } });
  for (const name of ["Reply", "Edit message", "Delete message"]) await button(page, name).trigger("click");
  expect(page.emitted("act")).toEqual([["reply"], ["edit"], ["remove"]]);
  expect(page.find("[data-testid=add-reaction]").exists()).toBe(false);
});

it("offers no text of a deleted message to be copied", () => {
  const page = mountPage(MessageToolbar, { props: { message: message(NOW, { content: "", deletedAt: NOW }), actions: [], reachable: true } });
  expect(page.findAll("button").map((each) => each.attributes("aria-label"))).toEqual(["Copy link"]);
});
