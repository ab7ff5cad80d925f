import { expect, it } from "vitest";
import { nextTick, type Component } from "vue";
import AnswerBar from "@/components/composer/AnswerBar.vue";
import MessageSheet from "@/components/conversation/MessageSheet.vue";
import RemoveDialog from "@/components/conversation/RemoveDialog.vue";
import ReplyQuote from "@/components/conversation/ReplyQuote.vue";
import RoomPreview from "@/components/rooms/RoomPreview.vue";
import { useChanging } from "@/composables/conversation/useChanging";
import type { Message } from "@/protocol/frames";
import { restart } from "@/protocol/rooms/timeline";
import { useBlocksStore } from "@/stores/blocks";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { mountPage } from "@/testing/page";

const said = message(NOW, { userId: "bob", roomId: "ops", content: "**rude**" });
const LINES: Record<string, { component: Component; props: Record<string, unknown> }> = {
  "a quote": { component: ReplyQuote, props: { roomId: "ops", sortKey: said.sortKey } },
  "the list of rooms": { component: RoomPreview, props: { roomId: "ops", current: false } },
};

it.each(Object.entries(LINES))("says in %s what somebody wrote, and no more of it once it is deleted or they are blocked", async (_, { component, props }) => {
  const page = mountPage(component, { props });
  const shown = async (now: Message) => {
    useRoomsStore().update("ops", (timeline) => restart({ ...timeline, messages: [] }, [now], true));
    await nextTick();
    return page.findAll("bdi").at(-1)?.text();
  };
  expect([await shown(said), await shown({ ...said, content: "", deletedAt: NOW + 1 })]).toEqual(["rude", "Deleted message"]);
  useBlocksStore().put("bob", true);
  expect(await shown(said)).toBe("Message of somebody you block");
});

const DESCRIBED: Record<string, { component: Component; props?: Record<string, unknown> }> = {
  "what is answered": { component: AnswerBar, props: { message: said } },
  "the sheet of a message": { component: MessageSheet, props: { modelValue: said } },
  "the question before one deletes": { component: RemoveDialog },
};

it.each(Object.entries(DESCRIBED))("shows in %s nothing of what is folded, until it is asked for", async (_, { component, props }) => {
  const page = mountPage(component, { ...(props && { props }) });
  useChanging().removed.value = said;
  useBlocksStore().put("bob", true);
  await nextTick();
  expect(document.body.textContent).toContain("Message of somebody you block");
  useBlocksStore().unfold(said);
  await nextTick();
  expect(document.body.textContent).toContain("rude");
  page.unmount();
});
