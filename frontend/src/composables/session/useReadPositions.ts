import { useDebounceFn } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import type { Chat } from "@/composables/session/useChat";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";

/** Reading along is told once it pauses, but never later than `latest`. */
const GATHER_MS = { quiet: 2_000, latest: 10_000 };

/**
 * Tell the account how far its rooms were read, for its other browsers.
 *
 * The server keeps that of members alone. What it refuses, or never hears, goes with the next message that is read.
 */
export function useReadPositions(chat: Pick<Chat, "ask">): void {
  const { lastRead } = storeToRefs(useRoomsStore());
  const known = useKnownRoomsStore();
  const told = new Map<string, string>();

  async function tell(): Promise<void> {
    for (const [roomId, sortKey] of lastRead.value) {
      if (!known.isMember(roomId) || sortKey <= (told.get(roomId) ?? "")) continue;
      await chat.ask("markRead", { roomId, sortKey });
      told.set(roomId, sortKey);
    }
  }

  const tellSoon = useDebounceFn(() => void tell().catch(() => undefined), GATHER_MS.quiet, { maxWait: GATHER_MS.latest });
  watch(lastRead, () => void tellSoon());
}
