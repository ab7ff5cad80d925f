import { computed, watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import { useRoomsStore } from "@/stores/rooms";

/** Show the number of unread messages in the page's title and on the installed app's icon. */
export function useUnreadTitle(userId: string): void {
  const { t } = useI18n();
  const rooms = useRoomsStore();
  const unread = computed(() => rooms.joined.reduce((sum, roomId) => sum + rooms.unread(roomId, userId), 0));

  watchEffect(() => {
    const title = `${rooms.active} · ${t("app.name")}`;
    document.title = unread.value > 0 ? `(${unread.value}) ${title}` : title;
    // Not every browser has badges, and some refuse them to pages that are not installed: the title is enough there.
    const shown = unread.value > 0 ? navigator.setAppBadge?.(unread.value) : navigator.clearAppBadge?.();
    shown?.catch(() => undefined);
  });
}
