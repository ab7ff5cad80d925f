import { expect, it } from "vitest";
import { useChanging } from "@/composables/conversation/useChanging";
import { restart } from "@/protocol/rooms/timeline";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { useConnectionStore } from "@/stores/connection";
import { button, fakeChat, mountPage } from "@/testing/page";
import { useDraftsStore } from "@/stores/drafts";
import OutgoingRow from "./OutgoingRow.vue";

const ENTRY = { clientMessageId: "1", roomId: "global", content: "hello", failure: null };

it("tells whether a pending message is being sent or waits for the connection", async () => {
  const page = mountPage(OutgoingRow, { props: { entry: ENTRY, opensGroup: true } });
  useConnectionStore().change({ kind: "offline" });
  await page.vm.$nextTick();
  expect(page.text()).toContain("Waiting for the connection");
  useConnectionStore().change({ kind: "online" });
  await page.vm.$nextTick();
  expect(page.text()).not.toContain("Waiting for the connection");
  expect(page.get("[data-testid=sending]").attributes("title")).toBe("Sending…");
});

it("tells why a message was not sent, and offers to repeat or to discard it", async () => {
  const chat = fakeChat();
  const props = { entry: { ...ENTRY, failure: "RATE_LIMITED" }, opensGroup: true };
  const page = mountPage(OutgoingRow, { chat, props, locale: "de" });
  expect(page.text()).toContain("Nicht gesendet: Das ging zu schnell.");
  await button(page, "Erneut senden").trigger("click");
  await button(page, "Verwerfen").trigger("click");
  expect(chat.retry).toHaveBeenCalledWith("1");
  expect(chat.discard).toHaveBeenCalledWith("1");
});

it("has a name that tells its state", async () => {
  const page = mountPage(OutgoingRow, { props: { entry: ENTRY, opensGroup: true } });
  expect(page.attributes("aria-label")).toBe("You: Waiting for the connection");
  await page.setProps({ entry: { ...ENTRY, failure: "INTERNAL" } });
  expect(page.attributes("aria-label")).toBe("You: Not sent");
});

it("gives a refused message back to be edited, before what was written meanwhile", async () => {
  const chat = fakeChat();
  const page = mountPage(OutgoingRow, { chat, props: { entry: { ...ENTRY, failure: "INVALID_CONTENT" }, opensGroup: true } });
  useDraftsStore().write("global", "and this");
  await button(page, "Edit").trigger("click");
  expect(useDraftsStore().textOf("global")).toBe("hello\nand this");
  expect(chat.discard).toHaveBeenCalledWith("1");
});

it("gives a refused answer back as one", async () => {
  const asked = message(NOW, { content: "who?" });
  const entry = { ...ENTRY, replyTo: asked.sortKey, failure: "INVALID_CONTENT" };
  const page = mountPage(OutgoingRow, { props: { entry, opensGroup: true } });
  const { answered } = useChanging();
  useRoomsStore().update("global", (timeline) => restart(timeline, [asked], true));
  await button(page, "Edit").trigger("click");
  expect(answered.get("global")).toEqual(asked);
});
