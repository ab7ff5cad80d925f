import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";
import { receive, restart } from "@/protocol/rooms/timeline";
import { message, messages, NOW } from "@/testing/messages";
import { KEPT_ACTIVE, KEPT_INACTIVE, DEFAULT_ROOM, useRoomsStore } from "./rooms";

let rooms: ReturnType<typeof useRoomsStore>;

const readAll = () => rooms.markRead(DEFAULT_ROOM, rooms.lastMessage(DEFAULT_ROOM)?.sortKey ?? "");

beforeEach(() => {
  setActivePinia(createPinia());
  rooms = useRoomsStore();
  rooms.update(DEFAULT_ROOM, (timeline) => restart(timeline, messages(3), true));
});

it("joins a room by showing it, and shows another after leaving it", () => {
  rooms.activate("ops");
  expect(rooms.joined).toEqual([DEFAULT_ROOM, "ops"]);
  rooms.leave("ops");
  expect([rooms.joined, rooms.active]).toEqual([[DEFAULT_ROOM], DEFAULT_ROOM]);
});

describe("unread", () => {
  it("counts others' messages after the last one read", () => {
    readAll();
    const news = [message(NOW + 60_000), message(NOW + 60_001, { userId: "me" })];
    rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, news));
    expect(rooms.unread(DEFAULT_ROOM, "me")).toBe(1);
    readAll();
    expect(rooms.unread(DEFAULT_ROOM, "me")).toBe(0);
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("is counted in a room named %s, too", (roomId) => {
    rooms.update(roomId, (timeline) => restart(timeline, messages(3), true));
    expect(rooms.unread(roomId, "me")).toBe(3);
    rooms.markRead(roomId, rooms.lastMessage(roomId)?.sortKey ?? "");
    rooms.update(roomId, (timeline) => receive(timeline, [message(NOW + 60_000)]));
    expect(rooms.unread(roomId, "me")).toBe(1);
  });

  it("counts what came late though it sorts before the last one read, until the room is shown", () => {
    readAll();
    rooms.activate("ops");
    rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, [message(NOW + 500), message(NOW + 600, { userId: "me" })]));
    expect(rooms.unread(DEFAULT_ROOM, "me")).toBe(1);
    rooms.activate(DEFAULT_ROOM);
    expect(rooms.unread(DEFAULT_ROOM, "me")).toBe(0);
  });

  it("counts everything in a room never read", () => {
    expect(rooms.unread(DEFAULT_ROOM, "me")).toBe(3);
  });
});

it("keeps little of a room nobody looks at", () => {
  rooms.activate("ops");
  rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, messages(KEPT_INACTIVE + 50, NOW + 10_000)));
  expect(rooms.timeline(DEFAULT_ROOM).messages).toHaveLength(KEPT_INACTIVE);
  expect(rooms.timeline(DEFAULT_ROOM).hasOlder).toBe(true);
});

it("cuts a very long conversation only when asked to", () => {
  rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, messages(KEPT_ACTIVE.most, NOW + 10_000)));
  expect(rooms.timeline(DEFAULT_ROOM).messages).toHaveLength(KEPT_ACTIVE.most + 3);
  rooms.compact(DEFAULT_ROOM);
  expect(rooms.timeline(DEFAULT_ROOM).messages).toHaveLength(KEPT_ACTIVE.after);
});

it("keeps nothing of one user for the next", () => {
  rooms.activate("ops");
  readAll();
  rooms.clear();
  expect([rooms.joined, rooms.active, rooms.lastRead, rooms.timeline(DEFAULT_ROOM).messages]).toEqual([[DEFAULT_ROOM], DEFAULT_ROOM, new Map(), []]);
});
