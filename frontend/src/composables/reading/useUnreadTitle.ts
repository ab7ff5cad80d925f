import { computed, onScopeDispose, watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";

/** Show the number of unread messages in the page's title and on the installed app's icon, as long as somebody is signed in. */
export function useUnreadTitle(userId: string): void {
  const { t } = useI18n();
  const rooms = useRoomsStore();
  const choices = useRoomChoicesStore();
  const told = computed(() => rooms.joined.filter((roomId) => !choices.muted.has(roomId)));
  const unread = computed(() => told.value.reduce((sum, roomId) => sum + rooms.unread(roomId, userId), 0));

  watchEffect(() => show(`${rooms.active} · ${t("app.name")}`, unread.value));
  onScopeDispose(() => show(t("app.name"), 0));
}

function show(title: string, unread: number): void {
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
  // Not every browser has badges, and some refuse them to pages that are not installed: the title is enough there.
  const shown = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
  shown?.catch(() => undefined);
}
