import { useDebounceFn } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import { useAskedOnline } from "@/composables/session/useAskedOnline";
import type { Chat } from "@/composables/session/useChat";
import { mayPass, RequestRefused } from "@/protocol/errors";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";

/** Reading along is told once it pauses, but never later than `latest`. */
const GATHER_MS = { quiet: 2_000, latest: 10_000 };

/**
 * Tell the account how far its rooms were read, for its other browsers.
 *
 * The server keeps that of members alone. What it never hears it is told again, with the next connection at the latest.
 * Of a room that is marked as unread nothing is told, since that would end it; once it is opened again, it goes on.
 */
export function useReadPositions(chat: Pick<Chat, "ask">): void {
  const { lastRead } = storeToRefs(useRoomsStore());
  const known = useKnownRoomsStore();
  const { markedUnread } = storeToRefs(useRoomChoicesStore());

  async function tell(): Promise<void> {
    for (const [roomId, sortKey] of lastRead.value) {
      const isTold = sortKey <= (known.toldRead.get(roomId) ?? "");
      if (isTold || !known.isMember(roomId) || markedUnread.value.has(roomId)) continue;
      await chat.ask("markRead", { roomId, sortKey }).catch(unlessRefused);
      known.learnRead(roomId, sortKey);
    }
  }

  watch([lastRead, markedUnread], useDebounceFn(useAskedOnline(tell), GATHER_MS.quiet, { maxWait: GATHER_MS.latest }));
}

/** A refusal is about this room: the others are told of all the same, and this one not again. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof RequestRefused) || mayPass(error)) throw error;
}
