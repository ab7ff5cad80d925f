import { nextTick } from "vue";
import { expect, it } from "vitest";
import { restart } from "@/protocol/rooms/timeline";
import { useRoomsStore } from "@/stores/rooms";
import { message } from "@/testing/messages";
import { mountPage } from "@/testing/page";
import RoomPanel from "./RoomPanel.vue";

it("has a heading, which names the panel and its list", () => {
  const page = mountPage(RoomPanel);
  const heading = page.get("h2");
  expect(heading.text()).toBe("Rooms");
  expect(["aside", "nav"].map((each) => page.get(each).attributes("aria-labelledby"))).toEqual([heading.element.id, heading.element.id]);
});

it("says of a room that nothing of it is loaded before it says that nothing is in it", async () => {
  const page = mountPage(RoomPanel);
  const room = page.get("[data-testid=room-global]");
  expect(room.text()).toContain("Not loaded yet");
  useRoomsStore().update("global", (timeline) => restart(timeline, [], false));
  await nextTick();
  expect(room.text()).toContain("No messages yet");
  useRoomsStore().update("global", (timeline) => restart(timeline, [message(0, { content: "hi" })], false));
  await nextTick();
  expect(room.text()).toContain("hi");
});
