import { expect, it } from "vitest";
import { nextTick } from "vue";
import AnswerBar from "@/components/composer/AnswerBar.vue";
import RoomPreview from "@/components/rooms/RoomPreview.vue";
import { receive } from "@/protocol/rooms/timeline";
import { useProfilesStore } from "@/stores/profiles";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { mountPage } from "@/testing/page";
import ReactionChips from "./ReactionChips.vue";
import ReplyQuote from "./ReplyQuote.vue";

const said = message(NOW, { roomId: "ops", userId: "b0b", username: "Bob", reactions: [{ emoji: "\u{1F44D}", users: [{ userId: "b0b", username: "Bob" }] }] });

it.each([
  ["a quote", ReplyQuote, { roomId: "ops", sortKey: said.sortKey }],
  ["what is answered", AnswerBar, { message: said }],
  ["reactions", ReactionChips, { message: said, tabindex: 0 }],
  ["a room's preview", RoomPreview, { roomId: "ops", current: false }],
] as const)("calls somebody who has another name by now as their messages do, in %s", async (_, component, props) => {
  const page = mountPage(component as typeof ReplyQuote, { props: props as never });
  useRoomsStore().update("ops", (timeline) => receive(timeline, [said]));
  useProfilesStore().learn({ userId: "b0b", handle: "bob.1", displayName: "Robert", status: "" });
  await nextTick();
  expect(page.html()).toContain("Robert");
});
