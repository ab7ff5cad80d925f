import { useEventListener } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import { roomHash, roomLink, sameButForCase } from "@/conversation/roomLink";
import { useRoomsStore } from "@/stores/rooms";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { useJump } from "@/composables/conversation/useJump";
import { useRoomNotice } from "./useRoomNotice";

/** Marks an entry of the history that was shown before: going back to it is no wish to join. */
const SHOWN = { shown: true };

/**
 * Keep the shown room in the page's address, so that reload, history and links work.
 *
 * A link joins its room. What cannot be followed is explained, and the page stays where it is.
 */
export function useRoomAddress(): void {
  const rooms = useRoomsStore();
  const notice = useRoomNotice();
  const dialog = useRoomDialog();
  const jump = useJump();
  const { active } = storeToRefs(rooms);

  function follow(): void {
    const link = roomLink(location.hash);
    if (link.kind === "room") enter(link.roomId);
    else if (link.kind === "message") followToMessage(link);
    else if (link.kind === "invite") dialog.value = link;
    else if (link.kind === "invalid") notice.value = link;
    history.replaceState(SHOWN, "", roomHash(active.value));
  }

  function followToMessage({ roomId, sortKey }: { roomId: string; sortKey: string }): void {
    enter(roomId);
    if (active.value === roomId) jump.value = { kind: "message", roomId, sortKey };
  }

  function enter(roomId: string): void {
    const known = sameButForCase(roomId, rooms.joined);
    if (rooms.joined.includes(roomId)) rooms.activate(roomId);
    else if (isShownBefore(history.state)) notice.value = { kind: "notIn", roomId };
    else if (known !== undefined) notice.value = { kind: "otherCase", roomId, known };
    else rooms.activate(roomId);
  }

  follow();
  useEventListener(window, "hashchange", follow);
  watch(active, (roomId) => {
    if (location.hash !== roomHash(roomId)) history.pushState(SHOWN, "", roomHash(roomId));
  });
}

function isShownBefore(state: unknown): boolean {
  return typeof state === "object" && state !== null && "shown" in state;
}
