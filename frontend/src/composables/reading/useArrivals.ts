import { computed, watch } from "vue";
import { arrived } from "@/conversation/arrivals";
import type { Message } from "@/protocol/frames";
import { EMPTY_TIMELINE } from "@/protocol/rooms/timeline";
import { useRoomsStore } from "@/stores/rooms";

/** Call `onArrival` with others' messages as they arrive, in whichever of the joined rooms; history is none. */
export function useArrivals(ownUserId: string, onArrival: (messages: readonly Message[]) => void): void {
  const rooms = useRoomsStore();
  const timelines = computed(() => new Map(rooms.joined.map((roomId) => [roomId, rooms.timeline(roomId)])));

  watch(timelines, (now, before) => {
    const news = [...now].flatMap(([roomId, timeline]) => arrived(before.get(roomId) ?? EMPTY_TIMELINE, timeline));
    const others = news.filter(({ userId }) => userId !== ownUserId);
    if (others.length > 0) onArrival(others);
  });
}
