import { useEventListener } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import { isRoomId } from "@/protocol/frames";
import { useRoomsStore } from "@/stores/rooms";

const PREFIX = "#/rooms/";

/** Keep the shown room in the page's address, so that reload, history and links work. */
export function useRoomAddress(): void {
  const rooms = useRoomsStore();
  const { active } = storeToRefs(rooms);

  function follow(): void {
    const roomId = decodeURIComponent(location.hash.slice(PREFIX.length));
    if (location.hash.startsWith(PREFIX) && isRoomId(roomId)) rooms.activate(roomId);
  }

  follow();
  history.replaceState(null, "", PREFIX + active.value);
  useEventListener(window, "hashchange", follow);
  watch(active, (roomId) => {
    if (location.hash !== PREFIX + roomId) history.pushState(null, "", PREFIX + roomId);
  });
}
