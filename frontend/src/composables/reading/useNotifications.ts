import { useDocumentVisibility, useLocalStorage } from "@vueuse/core";
import { computed, onScopeDispose, ref, watch } from "vue";
import { useI18n } from "vue-i18n";
import { serviceWorkers } from "@/browser";
import { useJump } from "@/composables/conversation/useJump";
import { useLoadedChanges } from "@/composables/conversation/useLoadedChanges";
import { useAddressed } from "@/composables/people/useAddressed";
import { tells } from "@/conversation/notifyLevel";
import { plainText } from "@/conversation/markdown/richText";
import type { Message } from "@/protocol/frames";
import { useRoomTitles } from "@/composables/rooms/useRoomTitles";
import { useBlocksStore } from "@/stores/blocks";
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
  const blocks = useBlocksStore();
  const { t } = useI18n();
  const isAddressed = useAddressed();
  const jump = useJump();
  const nameOf = useNames();
  const titleOf = useRoomTitles();
  const visibility = useDocumentVisibility();
  const { enabled } = useNotificationChoice(userId);
  const speaks = useSpokesman(userId, computed(() => visibility.value === "visible"));
  /** By room, which is their tag: what is told, and the notification, if the page itself shows it. */
  const shown = new Map<string, { readonly message: Message; readonly notification?: Notification }>();
  const changes = useLoadedChanges();
  let ended = false;

  useArrivals(userId, ({ messages, mentioning }) => {
    if (!enabled.value || visibility.value === "visible") return;
    const told = [...messages, ...mentioning].filter((message) => tells(choices.levelOf(message.roomId), isAddressed(message)));
    const lastOfRoom = new Map(told.map((message) => [message.roomId, message]));
    void speaks().then((mine) => mine && !ended && lastOfRoom.forEach(notify));
  });

  // Nobody wants to join a room again by reading what was said there before it was left, or to read what was deleted, or is folded since.
  watch([changes, () => blocks.users], () => {
    for (const [roomId, { message }] of shown) if (isGone(message)) takeBack(roomId);
  });

  // Nobody is to read, or to follow into a room, what was told to who has signed out.
  onScopeDispose(() => {
    ended = true;
    shown.forEach(({ notification }) => notification?.close());
    void closeThoseOfWorker();
  });

  function isGone({ roomId, sortKey, userId: author }: Message): boolean {
    const ofRoom = changes.value.get(roomId);
    return blocks.users.has(author) || !ofRoom || ofRoom.some(({ kind, target }) => kind === "deletion" && target === sortKey);
  }

  function takeBack(roomId: string): void {
    shown.get(roomId)?.notification?.close();
    shown.delete(roomId);
    void closeThoseOfWorker(roomId);
  }

  function notify(message: Message): void {
    const { roomId, sortKey, username, content } = message;
    // It may have gone while the tabs found out which of them tells it.
    if (isGone(message)) return;
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
      shown.set(roomId, { message, notification });
      notification.onclick = () => {
        window.focus();
        notification.close();
        // Left since, and not closed by the system yet.
        if (!rooms.joined.includes(roomId)) return;
        rooms.activate(roomId);
        if (isAddressed(message)) jump.value = { kind: "message", roomId, sortKey };
      };
    } catch {
      // Browsers on phones let only a service worker show one.
      shown.set(roomId, { message });
      void serviceWorkers()?.ready.then((worker) => worker.showNotification(title, options)).catch(() => undefined);
    }
  }
}

/** Those of a room, or all. */
async function closeThoseOfWorker(tag?: string): Promise<void> {
  const worker = await serviceWorkers()?.getRegistration().catch(() => undefined);
  const shown = (await worker?.getNotifications(tag === undefined ? {} : { tag }).catch(() => [])) ?? [];
  for (const notification of shown) notification.close();
}
