import { useDocumentVisibility, useLocalStorage } from "@vueuse/core";
import { computed, ref, watch } from "vue";
import type { Message } from "@/protocol/frames";
import { useRoomsStore } from "@/stores/rooms";

type Permission = NotificationPermission | "unsupported";

const permission = ref<Permission>(typeof Notification === "undefined" ? "unsupported" : Notification.permission);
/** More of a message than this no desktop shows. */
const BODY_LIMIT = 200;

/** The user's choice to be told of messages while the page is hidden; off until asked for. */
export function useNotificationChoice(userId: string) {
  const wanted = useLocalStorage(`chat.${userId}.notifications`, false);

  async function choose(on: boolean): Promise<void> {
    if (on && permission.value === "default") permission.value = await Notification.requestPermission();
    wanted.value = on && permission.value === "granted";
  }

  return {
    permission: computed(() => permission.value),
    enabled: computed(() => wanted.value && permission.value === "granted"),
    choose,
  };
}

/** Show a desktop notification for each message of another member that arrives while the page is hidden. */
export function useNotifications(userId: string): void {
  const rooms = useRoomsStore();
  const visibility = useDocumentVisibility();
  const { enabled } = useNotificationChoice(userId);
  const newest = computed(() => rooms.joined.map((roomId) => rooms.lastMessage(roomId)));

  watch(newest, (now, before) => {
    if (!enabled.value || visibility.value === "visible") return;
    const known = new Map(before.map((message) => [message?.roomId, message?.sortKey]));
    for (const message of now) {
      const previous = known.get(message?.roomId);
      // Without a previous message the room has just been loaded: that is history, not news.
      if (message && previous && message.sortKey > previous && message.userId !== userId) notify(message);
    }
  });

  function notify({ roomId, username, content }: Message): void {
    const notification = new Notification(`${username} · ${roomId}`, {
      body: content.slice(0, BODY_LIMIT),
      icon: "/icon-192.png",
      // One room, one notification: a newer one takes the place of the older.
      tag: roomId,
    });
    notification.onclick = () => {
      window.focus();
      rooms.activate(roomId);
      notification.close();
    };
  }
}
