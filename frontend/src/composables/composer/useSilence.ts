import { computed, type ComputedRef } from "vue";
import { useMute } from "@/composables/composer/useMute";
import { useRoomsStore } from "@/stores/rooms";

/** Why this user may not write in a room. */
export type Silence =
  /** The room is not open to them: they are banned, or no member of it. */
  | { readonly kind: "refused" }
  /** Until then, epoch milliseconds. */
  | { readonly kind: "muted"; readonly until: number };

/** Null where this user may write. */
export function useSilence(roomId: () => string): ComputedRef<Silence | null> {
  const rooms = useRoomsStore();
  const mutedUntil = useMute(roomId);
  return computed(() => {
    if (rooms.refusals.has(roomId())) return { kind: "refused" };
    return mutedUntil.value === null ? null : { kind: "muted", until: mutedUntil.value };
  });
}
