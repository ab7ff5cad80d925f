import { computed, onScopeDispose, watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import { useRoomTitles } from "@/composables/rooms/useRoomTitles";
import { tells } from "@/conversation/notifyLevel";
import { useMentionsStore } from "@/stores/mentions";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";

/** Show the number of unread messages in the page's title and on the installed app's icon, as long as somebody is signed in. */
export function useUnreadTitle(userId: string): void {
  const { t } = useI18n();
  const rooms = useRoomsStore();
  const choices = useRoomChoicesStore();
  const mentions = useMentionsStore();
  const titleOf = useRoomTitles();
  const unread = computed(() => rooms.joined.reduce((sum, roomId) => sum + toldOf(roomId), 0));

  function toldOf(roomId: string): number {
    return tells(choices.levelOf(roomId), false) ? rooms.unread(roomId, userId) : mentions.unreadIn(roomId);
  }

  watchEffect(() => show(`${titleOf(rooms.active)} · ${t("app.name")}`, unread.value));
  onScopeDispose(() => show(t("app.name"), 0));
}

function show(title: string, unread: number): void {
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
  // Not every browser has badges, and some refuse them to pages that are not installed: the title is enough there.
  const shown = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
  shown?.catch(() => undefined);
}
