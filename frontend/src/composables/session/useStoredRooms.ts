import { useEventListener } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import { useRoomsStore } from "@/stores/rooms";
import { newerOf, readPositions, readRooms, roomsAfter } from "@/tabs/sharedRooms";
import { userKey } from "@/tabs/userKeys";

/**
 * Keep a user's rooms and how far they were read in the browser, the same in all tabs: a room left in one is left in all.
 *
 * A tab adds its own changes to what is stored by then, so that tabs which change something at once lose nothing.
 */
export function useStoredRooms(userId: string): void {
  const rooms = useRoomsStore();
  const { joined, lastRead } = storeToRefs(rooms);
  const joinedKey = userKey(userId, "rooms");
  const lastReadKey = userKey(userId, "lastRead");

  function followJoined(): void {
    const stored = readRooms(localStorage.getItem(joinedKey));
    if (!stored) return;
    for (const roomId of stored) rooms.join(roomId);
    for (const roomId of rooms.joined) if (!stored.includes(roomId)) rooms.leave(roomId);
  }

  function followRead(): void {
    for (const [roomId, sortKey] of readPositions(localStorage.getItem(lastReadKey))) rooms.markRead(roomId, sortKey);
  }

  function store(key: string, value: unknown): void {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Full: the rooms are remembered as long as the tab lives.
    }
  }

  followJoined();
  followRead();
  useEventListener(window, "storage", ({ key }) => {
    if (key === joinedKey) followJoined();
    if (key === lastReadKey) followRead();
  });
  watch(
    joined,
    (now, before) => store(joinedKey, roomsAfter(readRooms(localStorage.getItem(joinedKey)) ?? before, before, now)),
    { flush: "sync" },
  );
  watch(lastRead, (now) =>
    store(lastReadKey, Object.fromEntries(newerOf(readPositions(localStorage.getItem(lastReadKey)), now))),
  );
}
