import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { effectScope, ref } from "vue";
import { receive, restart } from "@/protocol/rooms/timeline";
import { LOBBY, useRoomsStore } from "@/stores/rooms";
import { message, messages, NOW } from "@/testing/messages";
import { useReading } from "./useReading";

let rooms: ReturnType<typeof useRoomsStore>;
const atEnd = ref(true);
const history = messages(3);
const later = (seconds: number, userId = "bob") => message(NOW + seconds * 1_000, { userId });
const arrive = (item: ReturnType<typeof message>) => rooms.update(LOBBY, (timeline) => receive(timeline, [item]));
const reading = () => effectScope().run(() => useReading(LOBBY, "me", atEnd)) ?? ref(null);

beforeEach(() => {
  setActivePinia(createPinia());
  rooms = useRoomsStore();
  atEnd.value = true;
  rooms.update(LOBBY, (timeline) => restart(timeline, history, true));
});

it("divides what came since the room was last read, and reads it while its end shows", () => {
  rooms.lastRead = { [LOBBY]: history[0]?.sortKey ?? "" };
  const firstUnread = reading();
  expect(firstUnread.value).toBe(history[1]?.sortKey);
  expect(rooms.unread(LOBBY, "me")).toBe(0);
});

it("puts no divider into a room never read, nor before what comes while one looks", () => {
  const firstUnread = reading();
  expect(firstUnread.value).toBeNull();
  arrive(later(10));
  expect(firstUnread.value).toBeNull();
  expect(rooms.unread(LOBBY, "me")).toBe(0);
});

it("divides what comes while one reads further up, and counts it as unread", () => {
  const firstUnread = reading();
  atEnd.value = false;
  const [first, second] = [later(10), later(11)];
  arrive(first);
  arrive(second);
  expect(firstUnread.value).toBe(first.sortKey);
  expect(rooms.unread(LOBBY, "me")).toBe(2);
  atEnd.value = true;
  expect(firstUnread.value).toBe(first.sortKey);
  expect(rooms.unread(LOBBY, "me")).toBe(0);
});

it("takes the divider away once one answers", () => {
  const firstUnread = reading();
  atEnd.value = false;
  arrive(later(10));
  arrive(later(11, "me"));
  expect(firstUnread.value).toBeNull();
});
