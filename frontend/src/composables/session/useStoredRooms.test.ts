import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { effectScope, nextTick, type EffectScope } from "vue";
import { DEFAULT_ROOM, useRoomsStore } from "@/stores/rooms";
import { useStoredRooms } from "./useStoredRooms";

const JOINED = "chat.me.rooms";
let scopes: EffectScope[] = [];

function openTab() {
  setActivePinia(createPinia());
  const rooms = useRoomsStore();
  const scope = effectScope();
  scope.run(() => useStoredRooms("me"));
  scopes.push(scope);
  return rooms;
}

async function storageChanges(key: string): Promise<void> {
  await nextTick();
  window.dispatchEvent(new StorageEvent("storage", { key }));
  await nextTick();
}

beforeEach(() => {
  scopes.forEach((scope) => scope.stop());
  scopes = [];
});

it("remembers the rooms and how far they were read, whatever they are named", async () => {
  const rooms = openTab();
  for (const roomId of ["ops", "constructor", "__proto__"]) {
    rooms.join(roomId);
    rooms.markRead(roomId, "1");
  }
  await nextTick();
  const again = openTab();
  expect(again.joined).toEqual([DEFAULT_ROOM, "ops", "constructor", "__proto__"]);
  expect(["ops", "constructor", "__proto__", "toString"].map(again.readTo)).toEqual(["1", "1", "1", undefined]);
});

it("leaves in every tab what is left in one, and shows another room where it was shown", async () => {
  const [first, second] = [openTab(), openTab()];
  first.activate("ops");
  await storageChanges(JOINED);
  second.activate("ops");
  first.leave("ops");
  await storageChanges(JOINED);
  expect([second.joined, second.active]).toEqual([[DEFAULT_ROOM], DEFAULT_ROOM]);
});

it("loses no room when two tabs join one each at once", async () => {
  const [first, second] = [openTab(), openTab()];
  first.join("ops");
  second.join("design");
  await storageChanges(JOINED);
  expect([...first.joined].sort()).toEqual(["design", DEFAULT_ROOM, "ops"]);
  expect([...second.joined].sort()).toEqual(["design", DEFAULT_ROOM, "ops"]);
});

it("counts as read in every tab what was read in one, and never less than was read", async () => {
  const [first, second] = [openTab(), openTab()];
  second.markRead(DEFAULT_ROOM, "5");
  first.markRead(DEFAULT_ROOM, "3");
  await storageChanges("chat.me.lastRead");
  expect([first.readTo(DEFAULT_ROOM), second.readTo(DEFAULT_ROOM)]).toEqual(["5", "5"]);
});

it.each(["{", "[]", "null", '["not a room!"]', "7"])("starts in the default room where %s is stored", (text) => {
  localStorage.setItem(JOINED, text);
  localStorage.setItem("chat.me.lastRead", text);
  expect(openTab().joined).toEqual([DEFAULT_ROOM]);
});
