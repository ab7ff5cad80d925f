import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import type { Message } from "@/protocol/frames";
import { receive, restart } from "@/protocol/rooms/timeline";
import { useMentionsStore } from "@/stores/mentions";
import { DEFAULT_ROOM, useRoomsStore } from "@/stores/rooms";
import { message, messages, NOW } from "@/testing/messages";
import { useReading } from "./useReading";

let rooms: ReturnType<typeof useRoomsStore>;
const place = { atEnd: ref(true), opened: ref(false) };
const history = messages(3);
const later = (seconds: number, userId = "bob") => message(NOW + seconds * 1_000, { userId });
const arrive = (item: ReturnType<typeof message>) => rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, [item]));
const load = () => rooms.update(DEFAULT_ROOM, (timeline) => restart(timeline, history, true));
const reading = () => effectScope().run(() => useReading(DEFAULT_ROOM, "me", place)) ?? ref(null);
const readBefore = (count: number) => rooms.markRead(DEFAULT_ROOM, history[count - 1]?.sortKey ?? "");

beforeEach(() => {
  setActivePinia(createPinia());
  rooms = useRoomsStore();
  place.atEnd.value = true;
  place.opened.value = false;
});

it("keeps as unread what a room opens at, until its end shows", () => {
  readBefore(1);
  load();
  const firstUnread = reading();
  place.atEnd.value = false;
  place.opened.value = true;
  expect(firstUnread.value).toBe(history[1]?.sortKey);
  expect(rooms.unread(DEFAULT_ROOM, "me")).toBe(2);
  place.atEnd.value = true;
  expect(firstUnread.value).toBe(history[1]?.sortKey);
  expect(rooms.unread(DEFAULT_ROOM, "me")).toBe(0);
});

it("does so after a reload, too, when the room's page comes later", () => {
  readBefore(1);
  const firstUnread = reading();
  load();
  expect(firstUnread.value).toBe(history[1]?.sortKey);
  expect(rooms.unread(DEFAULT_ROOM, "me")).toBe(2);
});

it("reads a mention that an edit adds once the end of its room shows", async () => {
  load();
  reading();
  readBefore(3);
  const mentions = useMentionsStore();
  mentions.learnAdded([{ ...(history[0] as Message), editedAt: NOW + 60_000 }]);
  await nextTick();
  expect(mentions.total).toBe(1);
  place.opened.value = true;
  await nextTick();
  expect(mentions.total).toBe(0);
});

it("remembers that an empty room was seen", () => {
  rooms.update(DEFAULT_ROOM, (timeline) => restart(timeline, [], true));
  reading();
  place.opened.value = true;
  expect(rooms.readTo(DEFAULT_ROOM)).toBe("");
});

it("follows what is read in another tab, and divides what comes after it", () => {
  readBefore(1);
  load();
  place.atEnd.value = false;
  const firstUnread = reading();
  readBefore(3);
  const news = later(10);
  arrive(news);
  expect(firstUnread.value).toBe(news.sortKey);
});

it("takes the divider away once one answers", () => {
  load();
  readBefore(3);
  const firstUnread = reading();
  place.opened.value = true;
  place.atEnd.value = false;
  arrive(later(10));
  place.atEnd.value = true;
  expect(firstUnread.value).not.toBeNull();
  arrive(later(11, "me"));
  expect(firstUnread.value).toBeNull();
});
