import { useIntervalFn, useNow } from "@vueuse/core";
import { computed, type ComputedRef } from "vue";
import { useKnownRoomsStore } from "@/stores/knownRooms";

/** So long after its end at most a mute is still shown. */
const LOOK_AGAIN_MS = 5_000;

/** Until when this user may not write in a room, epoch milliseconds; null where they may. */
export function useMute(roomId: () => string): ComputedRef<number | null> {
  const known = useKnownRoomsStore();
  const now = useNow({ scheduler: (look) => useIntervalFn(look, LOOK_AGAIN_MS) });
  return computed(() => {
    const until = known.mutes.get(roomId());
    return until !== undefined && until > now.value.getTime() ? until : null;
  });
}
