import { useEventListener } from "@vueuse/core";
import { computed, onBeforeUnmount, watch } from "vue";
import { useChanging } from "@/composables/conversation/useChanging";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { keptMs } from "@/composables/session/useRetention";
import type { Chat } from "@/composables/session/useChat";
import { fold } from "@/protocol/rooms/fold";
import { findMessage } from "@/protocol/rooms/timeline";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";
import { keepAsDraft } from "./keepAsDraft";

/**
 * Keep what somebody writes instead of a message that ends under their hands: it becomes the draft of its room.
 *
 * The message may be deleted or out of time, its room left or closed to them, by whomever; the session or the page may end.
 */
export function useKeptEdit(chat: Pick<Chat, "serverTime">): void {
  const { edited, editedText } = useChanging();
  const rooms = useRoomsStore();
  const known = useKnownRoomsStore();
  const notice = useRoomNotice();

  const isGone = computed(() => {
    if (!edited.value) return false;
    const { roomId, sortKey, createdAt } = edited.value;
    if (!rooms.isOpen(roomId)) return true;
    const timeline = rooms.timeline(roomId);
    const message = findMessage(timeline, sortKey);
    // An excerpt of history that a link led to has messages that the timeline has not.
    if ((message ?? fold(edited.value, timeline.changes)).deletedAt !== undefined) return true;
    if (message) return false;
    // Not loaded any more, for whatever reason: only what its room keeps no longer is gone.
    return createdAt + (keptMs(known.rooms.get(roomId)) ?? Number.POSITIVE_INFINITY) <= chat.serverTime();
  });

  /** @returns the room whose draft has it; null where nothing was written */
  function keep(): string | null {
    const [message, text] = [edited.value, editedText.value];
    edited.value = null;
    return message && keepAsDraft(message, text);
  }

  function end(): void {
    const roomId = keep();
    if (roomId !== null && rooms.joined.includes(roomId)) notice.value = { kind: "editEnded", roomId };
  }

  watch(isGone, (gone) => gone && end(), { flush: "sync" });
  useEventListener(window, "pagehide", () => void keep());
  // Before what keeps the drafts ends with the page.
  onBeforeUnmount(keep);
}
