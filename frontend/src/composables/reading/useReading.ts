import { useDocumentVisibility } from "@vueuse/core";
import { computed, ref, watch, type Ref } from "vue";
import type { Message } from "@/protocol/frames";
import { indexFrom } from "@/protocol/rooms/timeline";
import { useRoomsStore } from "@/stores/rooms";

/**
 * How far the user reads a room: what is on the screen while its end shows counts as read.
 *
 * @returns the sort key of the first message under the "new messages" divider, if there are any
 */
export function useReading(roomId: string, userId: string, atEnd: Ref<boolean>): Ref<string | null> {
  const rooms = useRoomsStore();
  const visibility = useDocumentVisibility();
  const messages = computed(() => rooms.timeline(roomId).messages);
  const reading = computed(() => visibility.value === "visible" && atEnd.value);
  /** Everything up to here is above the divider; undefined in a room never read before, which gets none. */
  const seenTo = ref(rooms.lastRead[roomId]);
  const firstUnread = computed(() => firstOfOthersAfter(messages.value, seenTo.value, userId));

  watch(
    [messages, reading],
    ([now, isReading], [before, wasReading]) => {
      const last = now.at(-1);
      if (!last) return;
      const undivided = firstOfOthersAfter(before ?? [], seenTo.value, userId) === null;
      // Messages that come while the user looks need no divider; nor does anything above one's own words.
      if (last.userId === userId || (isReading && wasReading && undivided)) seenTo.value = last.sortKey;
      if (wasReading && !isReading) seenTo.value = rooms.lastRead[roomId] ?? last.sortKey;
      if (isReading) rooms.markRead(roomId);
    },
    { immediate: true, flush: "sync" },
  );
  return firstUnread;
}

function firstOfOthersAfter(messages: readonly Message[], seenTo: string | undefined, userId: string): string | null {
  if (seenTo === undefined) return null;
  const rest = messages.slice(indexFrom(messages, seenTo));
  return rest.find((message) => message.sortKey > seenTo && message.userId !== userId)?.sortKey ?? null;
}
