import { useIntervalFn, useNow } from "@vueuse/core";
import { computed, type ComputedRef } from "vue";
import { useChat } from "@/composables/session/useChat";
import { useKnownRoomsStore } from "@/stores/knownRooms";

/** So long after its end at most a mute is still shown. */
const LOOK_AGAIN_MS = 5_000;

/** Until when this user may not write in a room, epoch milliseconds; null where they may. */
export function useMute(roomId: () => string): ComputedRef<number | null> {
  const chat = useChat();
  const known = useKnownRoomsStore();
  const looked = useNow({ scheduler: (look) => useIntervalFn(look, LOOK_AGAIN_MS) });
  return computed(() => {
    const until = known.mutes.get(roomId());
    // Whenever it is looked again, by the clock that decides: this device's may be ahead of it.
    return until !== undefined && looked.value && until > chat.serverTime() ? until : null;
  });
}
