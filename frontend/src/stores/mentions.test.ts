import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { message, NOW } from "@/testing/messages";
import { ME } from "@/testing/page";
import { useAccountStore } from "./account";
import { useBlocksStore } from "./blocks";
import { useMentionsStore } from "./mentions";
import { useProfilesStore } from "./profiles";
import { useRoomChoicesStore } from "./roomChoices";
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
  rooms.join("ops");
  mentions.learn([said, message(NOW + 1, { userId: "bob", roomId: "ops", content: "@me" })]);
  mentions.learn([said]);
  expect([mentions.total, mentions.unreadIn("global"), mentions.unreadIn("ops")]).toEqual([2, 1, 1]);
  rooms.markRead("global", message(NOW - 1).sortKey);
  expect(mentions.unreadIn("global")).toBe(1);
  rooms.markRead("global", said.sortKey);
  expect([mentions.total, mentions.unreadIn("global")]).toEqual([1, 0]);
});

it.each([
  ["all", 1],
  ["mentions", 1],
  ["none", 0],
] as const)("counts a mention in a room that tells of %s %s times", (level, count) => {
  mentions.learn([said]);
  useRoomChoicesStore().setLevel("global", level);
  expect([mentions.total, mentions.unreadIn("global")]).toEqual([count, count]);
});

it("counts no mention by somebody whom the user blocks, and lists it all the same", () => {
  mentions.learn([said]);
  useBlocksStore().put("bob", true);
  expect([mentions.total, mentions.unreadIn("global"), mentions.current.length]).toEqual([0, 0, 1]);
});

it("counts no mention in a room that was left, and lists it all the same", () => {
  rooms.join("ops");
  mentions.learn([{ ...said, roomId: "ops" }]);
  expect([mentions.total, mentions.unreadIn("ops")]).toEqual([1, 1]);
  rooms.leave("ops");
  expect([mentions.total, mentions.unreadIn("ops"), mentions.current.length]).toEqual([0, 0, 1]);
});

it.each([
  ["deleted", { deletedAt: NOW + 1, content: "" }, 0],
  ["edited away", { editedAt: NOW + 1, content: "hi" }, 0],
  ["edited, and still there", { editedAt: NOW + 1, content: "hello @me" }, 1],
  ["reacted to", { changedAt: NOW + 1 }, 1],
  ["edited away, as an older state tells", { editedAt: NOW - 1, content: "hi" }, 1],
])("follows what was %s meanwhile", (_, change, count) => {
  mentions.learn([{ ...said, editedAt: NOW }]);
  mentions.hear({ ...said, editedAt: NOW, ...change });
  expect(mentions.total).toBe(count);
});

it("counts one that an edit added until the room was read to that edit", () => {
  rooms.markRead("global", said.sortKey);
  mentions.learnAdded([{ ...said, editedAt: NOW + 5 }]);
  expect([mentions.unreadIn("global"), mentions.lastAddedIn("global")]).toEqual([1, sortKeyOf(NOW + 5)]);
  rooms.markRead("global", sortKeyOf(NOW + 5));
  expect([mentions.unreadIn("global"), mentions.lastAddedIn("global")]).toEqual([0, undefined]);
});

it.each([
  ["is forgotten", { from: "", until: "~", settled: NOW + 1 }, []],
  ["stays where it may be on its way", { from: "", until: "~", settled: NOW }, ["said"]],
  ["stays behind the page", { from: sortKeyOf(NOW + 1), until: "~", settled: NOW + 9 }, ["said"]],
  ["stays before the page", { from: "", until: sortKeyOf(NOW - 1), settled: NOW + 9 }, ["said"]],
])("what the list has no more %s", (_, page, kept) => {
  mentions.learn([said]);
  mentions.learnListed({ messages: [], added: {}, ...page });
  expect(mentions.current).toEqual(kept.map(() => said));
});

it("keeps nothing of one user for the next", () => {
  mentions.learn([said]);
  mentions.clear();
  expect(mentions.total).toBe(0);
});
