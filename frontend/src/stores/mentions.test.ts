import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { receive, restart } from "@/protocol/rooms/timeline";
import { message, NOW } from "@/testing/messages";
import { ME } from "@/testing/page";
import { useAccountStore } from "./account";
import { useMentionsStore } from "./mentions";
import { useProfilesStore } from "./profiles";
import { useRoomsStore } from "./rooms";

let mentions: ReturnType<typeof useMentionsStore>;
let rooms: ReturnType<typeof useRoomsStore>;
const said = message(NOW, { userId: "bob", content: "hi @me" });

beforeEach(() => {
  setActivePinia(createPinia());
  useAccountStore().signedIn(ME);
  useProfilesStore().learn({ userId: ME.userId, handle: "me", displayName: "Me", status: "" });
  rooms = useRoomsStore();
  mentions = useMentionsStore();
});

it("counts a mention once, until its room was read so far", () => {
  mentions.learn([said, message(NOW + 1, { userId: "bob", roomId: "ops", content: "@me" })]);
  mentions.learn([said]);
  expect([mentions.total, mentions.unreadIn("global"), mentions.unreadIn("ops")]).toEqual([2, 1, 1]);
  rooms.markRead("global", message(NOW - 1).sortKey);
  expect(mentions.unreadIn("global")).toBe(1);
  rooms.markRead("global", said.sortKey);
  expect([mentions.total, mentions.unreadIn("global")]).toEqual([1, 0]);
});

it.each([
  ["deleted", { deletedAt: NOW + 1, content: "" }, 0],
  ["edited away", { editedAt: NOW + 1, content: "hi" }, 0],
  ["edited, and still there", { editedAt: NOW + 1, content: "hello @me" }, 1],
  ["reacted to", { changedAt: NOW + 1 }, 1],
])("follows what was %s meanwhile, where the room is loaded", (_, change, count) => {
  mentions.learn([said]);
  rooms.update("global", (timeline) => restart(timeline, [said], true));
  rooms.update("global", (timeline) => receive(timeline, [{ ...said, changedAt: NOW + 1, ...change }]));
  expect(mentions.total).toBe(count);
});

it("keeps nothing of one user for the next", () => {
  mentions.learn([said]);
  mentions.clear();
  expect(mentions.total).toBe(0);
});
