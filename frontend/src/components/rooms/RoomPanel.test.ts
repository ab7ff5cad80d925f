import { nextTick } from "vue";
import { expect, it } from "vitest";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { newMessageId } from "@/protocol/outbox/messageId";
import { restart } from "@/protocol/rooms/timeline";
import { useDraftsStore } from "@/stores/drafts";
import { useMentionsStore } from "@/stores/mentions";
import { useOutboxStore } from "@/stores/outbox";
import { useRoomChoicesStore } from "@/stores/roomChoices";
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

/** The rooms of each section, from top to bottom. */
const sections = (page: ReturnType<typeof mountPage>) =>
  page.findAll("nav ul").map((list) => [list.attributes("data-testid"), list.findAll("li a").map((room) => room.attributes("data-testid"))]);

it("shows what is new first, and leaves a room there while it is read", async () => {
  const page = mountPage(RoomPanel);
  const rooms = useRoomsStore();
  rooms.join("ops");
  rooms.join("design");
  useRoomChoicesStore().choose("favourites", "design", true);
  await nextTick();
  expect(page.findAll("h3").map((heading) => heading.text())).toEqual(["Favourites", "Rooms"]);
  rooms.update("ops", (timeline) => restart(timeline, [message(0, { roomId: "ops" })], false));
  await nextTick();
  const withNews = [["section-unread", ["room-ops"]], ["section-favourites", ["room-design"]], ["section-rooms", ["room-global"]]];
  expect(sections(page)).toEqual(withNews);
  rooms.activate("ops");
  rooms.markRead("ops", message(0).sortKey);
  await nextTick();
  expect(sections(page)).toEqual(withNews);
  rooms.activate("global");
  await nextTick();
  expect(sections(page)).toEqual([["section-favourites", ["room-design"]], ["section-rooms", ["room-global", "room-ops"]]]);
});

it("keeps a muted room out of what is new, and one marked by hand in it until it is opened", async () => {
  const page = mountPage(RoomPanel);
  const rooms = useRoomsStore();
  const choices = useRoomChoicesStore();
  rooms.join("ops");
  rooms.join("design");
  rooms.update("ops", (timeline) => restart(timeline, [message(0, { roomId: "ops" })], true));
  choices.setLevel("ops", "none");
  choices.choose("markedUnread", "design", true);
  await nextTick();
  expect(sections(page)).toEqual([["section-unread", ["room-design"]], ["section-rooms", ["room-global", "room-ops"]]]);
  expect(page.get("[data-testid=room-ops]").text()).toContain("1 unread message");
  expect(page.get("[data-testid=marked-unread]").text()).toBe("marked as unread");
  rooms.activate("design");
  expect(choices.markedUnread.has("design")).toBe(false);
});

it("puts a room that mentions the user before all, but for one that tells of nothing", async () => {
  const page = mountPage(RoomPanel);
  const rooms = useRoomsStore();
  for (const roomId of ["ops", "quiet", "silent"]) rooms.join(roomId);
  useRoomChoicesStore().setLevel("quiet", "mentions");
  useRoomChoicesStore().setLevel("silent", "none");
  for (const roomId of ["ops", "quiet", "silent"]) {
    rooms.update(roomId, (timeline) => restart(timeline, [message(0, { roomId })], true));
    if (roomId !== "ops") useMentionsStore().learn([message(0, { roomId })]);
  }
  await nextTick();
  expect(sections(page)).toEqual([
    ["section-mentions", ["room-quiet"]],
    ["section-unread", ["room-ops"]],
    ["section-rooms", ["room-global", "room-silent"]],
  ]);
  expect(page.get("[data-testid=room-quiet] [data-testid=mentioned]").text()).toContain("1 unread mention of you");
  expect(page.find("[data-testid=room-silent] [data-testid=mentioned]").exists()).toBe(false);
  await page.get("[data-testid=mentions]").trigger("click");
  expect(useRoomDialog().value).toEqual({ kind: "mentions" });
});

it("shows what the server counted where less is loaded", async () => {
  const page = mountPage(RoomPanel);
  useRoomsStore().join("ops");
  useRoomsStore().learnCounted("ops", { readTo: undefined, count: 100, more: true, at: 0 });
  await nextTick();
  expect(page.get("[data-testid=room-ops] [data-testid=unread]").text()).toBe("99+99 or more unread messages");
});

it("marks where something is unsent: a draft, and what failed before that", async () => {
  const page = mountPage(RoomPanel);
  useRoomsStore().join("ops");
  useDraftsStore().write("ops", "not yet");
  await nextTick();
  expect(page.get("[data-testid=room-ops]").text()).toContain("Draft: not yet");
  useOutboxStore().queue({ clientMessageId: newMessageId(0), roomId: "ops", content: "no", failure: "FORBIDDEN" });
  await nextTick();
  expect(page.get("[data-testid=room-failed]").text()).toBe("Not sent");
  expect(page.find("[data-testid=room-draft]").exists()).toBe(false);
});

it("says what was said last without its marks", async () => {
  const page = mountPage(RoomPanel);
  useRoomsStore().update("global", (timeline) => restart(timeline, [message(0, { content: "**so** `it` is" })], false));
  await nextTick();
  expect(page.get("[data-testid=room-global]").text()).toContain("Alice: so it is");
});
