import { useIntervalFn } from "@vueuse/core";
import { watch } from "vue";
import type { Chat } from "@/composables/session/useChat";
import type { Room } from "@/protocol/roomFrames";
import { dropBefore } from "@/protocol/rooms/timeline";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** The server is hours late itself; a page may be open for weeks. */
const LOOKED_AGAIN_MS = 10 * 60_000;

/** For how long a room keeps what was said in it, milliseconds; undefined where that is for good, or not known. */
export function keptMs(room: Room | undefined): number | undefined {
  return room?.retentionDays ? room.retentionDays * DAY_MS : undefined;
}

/** Forget what a room keeps no longer, here, too: from there it goes from the screen, and from what was last shown. */
export function useRetention(chat: Pick<Chat, "serverTime">): void {
  const rooms = useRoomsStore();
  const known = useKnownRoomsStore();
  const keptIn = (roomId: string): number | undefined => keptMs(known.rooms.get(roomId));

  function forget(): void {
    for (const roomId of rooms.joined) {
      const oldest = chat.serverTime() - (keptIn(roomId) ?? Number.POSITIVE_INFINITY);
      const isOver = (rooms.timeline(roomId).messages[0]?.createdAt ?? oldest) < oldest;
      if (isOver) rooms.update(roomId, (timeline) => dropBefore(timeline, oldest));
    }
  }

  watch(() => rooms.joined.map(keptIn), forget);
  useIntervalFn(forget, LOOKED_AGAIN_MS);
}
