import { createSharedComposable } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { computed, shallowRef, watch } from "vue";
import { sectionOf, sectionsOf, type ListedRoom, type SectionName } from "@/conversation/sections";
import { tells } from "@/conversation/notifyLevel";
import { useAccountStore } from "@/stores/account";
import { useMentionsStore } from "@/stores/mentions";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";

/** The joined rooms as the list has them, in sections; `order` is all of them from top to bottom. */
export const useSections = createSharedComposable(() => {
  const rooms = useRoomsStore();
  const choices = useRoomChoicesStore();
  const account = useAccountStore();
  const mentions = useMentionsStore();
  const { joined, active } = storeToRefs(rooms);
  const held = shallowRef<{ roomId: string; section: SectionName } | null>(null);

  function listed(roomId: string): ListedRoom {
    const isNew = rooms.unread(roomId, account.user?.userId ?? "") > 0 || choices.markedUnread.has(roomId);
    return {
      roomId,
      mentioned: mentions.unreadIn(roomId) > 0,
      unread: tells(choices.levelOf(roomId), false) && isNew,
      favourite: choices.favourites.has(roomId),
    };
  }

  // Before it counts as read, which happens once it is on the screen.
  watch(
    active,
    (roomId) => {
      held.value = { roomId, section: sectionOf(listed(roomId)) };
      choices.choose("markedUnread", roomId, false);
    },
    { immediate: true, flush: "sync" },
  );
  // Chosen by hand, it goes where it was put.
  watch(() => choices.favourites.has(active.value), () => (held.value = null));

  const sections = computed(() => sectionsOf(joined.value.map(listed), held.value));
  const order = computed(() => sections.value.flatMap(({ roomIds }) => roomIds));
  return { sections, order };
});
