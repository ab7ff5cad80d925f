import { useDocumentVisibility } from "@vueuse/core";
import { computed, shallowRef, watch, type Ref } from "vue";
import { firstUnread, look, openReading, type Sight } from "@/conversation/reading";
import { useMentionsStore } from "@/stores/mentions";
import { useRoomsStore } from "@/stores/rooms";

/** Where the list of messages stands. */
export interface ListPlace {
  /** Whether it is at its end, or follows it. */
  readonly atEnd: Ref<boolean>;
  /** Whether it has come to where it opens: at what is new, or at the end. */
  readonly opened: Ref<boolean>;
}

const NOTHING: Sight = { messages: [], loaded: false, looking: false };

/**
 * How far the user reads a room: what is on the screen while its end shows counts as read.
 *
 * @returns the sort key of the first message under the "new messages" divider, if there are any
 */
export function useReading(roomId: string, userId: string, { atEnd, opened }: ListPlace): Ref<string | null> {
  const rooms = useRoomsStore();
  const mentions = useMentionsStore();
  const visibility = useDocumentVisibility();
  const reading = shallowRef(openReading(rooms.readTo(roomId)));
  const sight = computed((): Sight => {
    const { messages, hasOlder } = rooms.timeline(roomId);
    const looking = visibility.value === "visible" && opened.value && atEnd.value;
    return { messages, loaded: hasOlder !== null, looking };
  });

  watch(
    sight,
    (now, before = NOTHING) => {
      reading.value = look({ ...reading.value, readTo: readAnywhere() }, before, now, userId);
      if (reading.value.readTo !== undefined) rooms.markRead(roomId, reading.value.readTo);
    },
    { immediate: true, flush: "sync" },
  );

  // Such a mention is unread from its edit on, which comes behind the last message.
  const toEdits = computed(() => (sight.value.loaded && sight.value.looking ? mentions.lastAddedIn(roomId) : undefined));
  watch(toEdits, (place) => place !== undefined && rooms.markRead(roomId, place), { immediate: true });

  /** Here, or in another tab. */
  function readAnywhere(): string | undefined {
    const here = reading.value.readTo;
    const elsewhere = rooms.readTo(roomId);
    return here === undefined || (elsewhere !== undefined && elsewhere > here) ? elsewhere : here;
  }

  return computed(() => firstUnread(reading.value, sight.value.messages, userId));
}
