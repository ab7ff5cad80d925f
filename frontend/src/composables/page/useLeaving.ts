import { nextTick } from "vue";
import { useChat } from "@/composables/session/useChat";
import { useRoomsStore } from "@/stores/rooms";
import { useRoomNotice } from "./useRoomNotice";

/** Where in the list the left rooms were. */
const places = new Map<string, number>();

/** Leaving a room, and taking that back: the room is then where it was in the list. */
export function useLeaving() {
  const chat = useChat();
  const rooms = useRoomsStore();
  const notice = useRoomNotice();

  async function leave(roomId: string): Promise<void> {
    places.set(roomId, rooms.joined.indexOf(roomId));
    chat.leave(roomId);
    // A notice goes when another room is shown, and now one is.
    await nextTick();
    notice.value = { kind: "left", roomId };
  }

  function joinAgain(roomId: string): void {
    const place = places.get(roomId) ?? rooms.joined.length;
    if (!rooms.joined.includes(roomId)) rooms.joined = rooms.joined.toSpliced(place, 0, roomId);
    rooms.activate(roomId);
    notice.value = null;
  }

  return { leave, joinAgain };
}
