import { computed, watch } from "vue";
import { useChanging } from "@/composables/conversation/useChanging";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { useRoomsStore } from "@/stores/rooms";
import { useRoomDialog, useWritten } from "./useRoomDialog";

/**
 * Close what is open about a room that the user leaves or is put out of, wherever that happens, and say so. What was written there can
 * be taken along from what is said.
 */
export function useClosedWithRoom(): void {
  const rooms = useRoomsStore();
  const dialog = useRoomDialog();
  const written = useWritten();
  const { removed } = useChanging();
  const notice = useRoomNotice();

  /** A search goes on in the other rooms. */
  const about = computed(() => {
    const open = dialog.value;
    if (open && "roomId" in open && open.kind !== "search") return open.roomId;
    return removed.value?.roomId ?? null;
  });

  watch(
    [about, () => about.value !== null && rooms.isOpen(about.value)],
    ([roomId, isOpen], [before, wasOpen]) => {
      if (roomId === null || roomId !== before || isOpen || !wasOpen) return;
      notice.value = { kind: "dialogEnded", roomId, written: written.value };
      dialog.value = removed.value = null;
    },
    // Another room may be shown by now, and what was said before goes with that.
    { flush: "post" },
  );
}
