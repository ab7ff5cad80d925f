import { useDocumentVisibility, useLocalStorage } from "@vueuse/core";
import { computed, ref } from "vue";
import { useI18n } from "vue-i18n";
import { useJump } from "@/composables/conversation/useJump";
import { useAddressed } from "@/composables/people/useAddressed";
import { tells } from "@/conversation/notifyLevel";
import { plainText } from "@/conversation/markdown/richText";
import type { Message } from "@/protocol/frames";
import { useRoomTitles } from "@/composables/rooms/useRoomTitles";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";
import { useArrivals } from "./useArrivals";
import { useNames } from "@/composables/page/useNames";
import { userKey } from "@/tabs/userKeys";
import { useSpokesman } from "./useSpokesman";

type Permission = NotificationPermission | "unsupported";

const permission = ref<Permission>(typeof Notification === "undefined" ? "unsupported" : Notification.permission);
/** More of a message than this no desktop shows. */
const BODY_LIMIT = 200;

/** The user's choice to be told of messages while the page is hidden; off until asked for. */
export function useNotificationChoice(userId: string) {
  const wanted = useLocalStorage(userKey(userId, "notifications"), false);

  async function choose(on: boolean): Promise<void> {
    if (on && permission.value === "default") permission.value = await asked();
    wanted.value = on && permission.value === "granted";
  }

  return {
    permission: computed(() => permission.value),
    enabled: computed(() => wanted.value && permission.value === "granted"),
    choose,
  };
}

/** A page in a frame may be refused the question itself. */
async function asked(): Promise<Permission> {
  try {
    return await Notification.requestPermission();
  } catch {
    return "denied";
  }
}

/** Show a desktop notification for messages of others that arrive while no tab of the page shows, in one of the tabs. */
export function useNotifications(userId: string): void {
  const rooms = useRoomsStore();
  const choices = useRoomChoicesStore();
  const { t } = useI18n();
  const isAddressed = useAddressed();
  const jump = useJump();
  const nameOf = useNames();
  const titleOf = useRoomTitles();
  const visibility = useDocumentVisibility();
  const { enabled } = useNotificationChoice(userId);
  const speaks = useSpokesman(userId, computed(() => visibility.value === "visible"));

  useArrivals(userId, (messages) => {
    if (!enabled.value || visibility.value === "visible") return;
    const told = messages.filter((message) => tells(choices.levelOf(message.roomId), isAddressed(message)));
    const lastOfRoom = new Map(told.map((message) => [message.roomId, message]));
    void speaks().then((mine) => mine && lastOfRoom.forEach(notify));
  });

  function notify(message: Message): void {
    const { roomId, username, content } = message;
    const name = nameOf(username);
    const title = `${isAddressed(message) ? t("mentions.by", { name }) : name} · ${titleOf(roomId)}`;
    const options = {
      body: plainText(content).slice(0, BODY_LIMIT),
      icon: "/icon-192.png",
      // One room, one notification: a newer one takes the place of the older.
      tag: roomId,
    };
    try {
      const notification = new Notification(title, options);
      notification.onclick = () => {
        window.focus();
        rooms.activate(roomId);
        if (isAddressed(message)) jump.value = { kind: "message", roomId, sortKey: message.sortKey };
        notification.close();
      };
    } catch {
      // Browsers on phones let only a service worker show one.
      void navigator.serviceWorker?.ready.then((worker) => worker.showNotification(title, options)).catch(() => undefined);
    }
  }
}
