import { computed, type ComputedRef } from "vue";
import type { Change } from "@/protocol/frames";
import { useRoomsStore } from "@/stores/rooms";

/** Of each joined room the changes that are not settled: the same map until one comes or goes, whatever is said meanwhile. */
export function useLoadedChanges(): ComputedRef<ReadonlyMap<string, readonly Change[]>> {
  const rooms = useRoomsStore();
  return computed<ReadonlyMap<string, readonly Change[]>>((before) => {
    const now = new Map(rooms.joined.map((roomId) => [roomId, rooms.timeline(roomId).changes]));
    const isSame = before?.size === now.size && [...now].every(([roomId, changes]) => before.get(roomId) === changes);
    return isSame ? before : now;
  });
}
