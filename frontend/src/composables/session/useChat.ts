import { useEventListener } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { inject, onScopeDispose, provide, watch, type InjectionKey } from "vue";
import type { Authentication, User } from "@/auth/authentication";
import { newMessageId } from "@/protocol/outbox/messageId";
import { startSession, type Session } from "@/protocol/session";
import { useAccountStore } from "@/stores/account";
import { useConnectionStore } from "@/stores/connection";
import { useOutboxStore } from "@/stores/outbox";
import { usePresenceStore } from "@/stores/presence";
import { useRoomsStore } from "@/stores/rooms";

/** What components can do in the chat; what they show is in the stores. */
export interface Chat {
  readonly user: User;
  send(content: string): void;
  /** Try to deliver what is in the outbox. */
  flush(): void;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  leave(roomId: string): void;
  loadOlder(roomId: string): Promise<void>;
  /** Ask again who is online. */
  askMembers(roomId: string): void;
  /** The user types in the room; may be called at every keystroke. */
  tellTyping(roomId: string): void;
  reconnect(): void;
}

export const CHAT: InjectionKey<Chat> = Symbol("chat");

export function useChat(): Chat {
  const chat = inject(CHAT);
  if (!chat) throw new Error("useChat outside of ChatPage");
  return chat;
}

/** Run the user's session as long as the calling component lives. */
export function provideChat(websocketUrl: string, authentication: Authentication, user: User): Chat {
  const rooms = useRoomsStore();
  const outbox = useOutboxStore();
  const session = startSession({
    websocketUrl,
    credentials: authentication.credentials(user),
    createWebSocket: (url, protocols) => new WebSocket(url, protocols),
    newRequestId: () => crypto.randomUUID(),
    now: Date.now,
    random: Math.random,
    state: sessionState(),
  });
  watchEnvironment(session);
  watchJoined(session);
  onScopeDispose(() => session.stop());

  const chat: Chat = {
    user,
    send(content) {
      const clientMessageId = newMessageId(Date.now());
      outbox.queue({ clientMessageId, roomId: rooms.active, content: content.trim(), failure: null });
      session.flush();
    },
    flush: () => session.flush(),
    retry(clientMessageId) {
      outbox.retry(clientMessageId);
      session.flush();
    },
    discard: (clientMessageId) => outbox.discard(clientMessageId),
    leave: (roomId) => rooms.leave(roomId),
    loadOlder: (roomId) => session.loadOlder(roomId),
    askMembers: (roomId) => session.askMembers(roomId),
    tellTyping: (roomId) => session.tellTyping(roomId),
    reconnect: () => session.retryNow(),
  };
  provide(CHAT, chat);
  return chat;
}

/** The stores, as the session sees them. */
function sessionState() {
  const rooms = useRoomsStore();
  const outbox = useOutboxStore();
  const connection = useConnectionStore();
  const account = useAccountStore();
  const presence = usePresenceStore();
  return {
    joinedRooms: () => rooms.joined,
    activeRoom: () => rooms.active,
    timeline: rooms.timeline,
    updateTimeline: (roomId: string, change: Parameters<typeof rooms.update>[1]) => {
      rooms.update(roomId, change);
      outbox.settle(rooms.timeline(roomId).messages);
    },
    roomRefused: rooms.refuse,
    presence: presence.ofRoom,
    updatePresence: presence.update,
    membersFailed: presence.fail,
    updateTyping: presence.updateTyping,
    pendingEntries: () => outbox.pending,
    remint: (entry: Parameters<typeof outbox.remint>[0]) => outbox.remint(entry, newMessageId(Date.now())),
    sendFailed: outbox.fail,
    linkChanged: connection.change,
    sessionExpired: account.sessionExpired,
  };
}

/** A change of network or coming back to the tab is the moment to look whether the connection still lives. */
function watchEnvironment(session: Session): void {
  session.setNetwork(navigator.onLine);
  useEventListener(window, "offline", () => session.setNetwork(false));
  useEventListener(window, "online", () => session.setNetwork(true));
  useEventListener(document, "visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    session.verify();
    session.retryNow();
  });
}

/** Rooms are joined and left by the list of joined rooms, whichever tab changed it. */
function watchJoined(session: Session): void {
  const rooms = useRoomsStore();
  const { joined, active } = storeToRefs(rooms);
  watch(active, (roomId) => {
    // A room that was never read is asked about once it is joined.
    if (rooms.timeline(roomId).syncedTo !== null) session.askMembers(roomId);
  });
  watch(joined, (now, before) => {
    now.filter((roomId) => !before.includes(roomId)).forEach(session.join);
    before.filter((roomId) => !now.includes(roomId)).forEach(session.leave);
  });
}
