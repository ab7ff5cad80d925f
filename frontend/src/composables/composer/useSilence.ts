import { computed, type ComputedRef } from "vue";
import { useMute } from "@/composables/composer/useMute";
import { usePartner } from "@/composables/rooms/usePartner";
import { useBlocksStore } from "@/stores/blocks";
import { useRoomsStore } from "@/stores/rooms";

/** Why this user may not write in a room, or would not want to. */
export type Silence =
  /** The room is not open to them: they are banned, or no member of it. */
  | { readonly kind: "refused" }
  /** It is a conversation of two with somebody whom they block: the server would take it, and nobody means it. */
  | { readonly kind: "blocks"; readonly userId: string }
  /** Until then, epoch milliseconds. */
  | { readonly kind: "muted"; readonly until: number };

/** Null where this user may write. */
export function useSilence(roomId: () => string): ComputedRef<Silence | null> {
  const rooms = useRoomsStore();
  const blocks = useBlocksStore();
  const partnerIn = usePartner();
  const mutedUntil = useMute(roomId);
  return computed(() => {
    if (rooms.refusals.has(roomId())) return { kind: "refused" };
    const partner = partnerIn(roomId());
    if (partner !== undefined && blocks.users.has(partner)) return { kind: "blocks", userId: partner };
    return mutedUntil.value === null ? null : { kind: "muted", until: mutedUntil.value };
  });
}
