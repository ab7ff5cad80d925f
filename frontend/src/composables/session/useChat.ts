import { createEventHook, type EventHookOn } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { v4 } from "uuid";
import { inject, onScopeDispose, provide, watch, type InjectionKey } from "vue";
import type { Authentication, User } from "@/auth/authentication";
import type { AccountPush, Message } from "@/protocol/frames";
import { newMessageId } from "@/protocol/outbox/messageId";
import { startSession, type Session } from "@/protocol/session";
import { useOutboxStore } from "@/stores/outbox";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";
import { useConnectionHints } from "./useConnectionHints";
import { useSessionState } from "./useSessionState";

/** What components can do in the chat; what they show is in the stores. */
export interface Chat {
  readonly user: User;
  /** `replyTo` is the sort key of the message that it answers. */
  send(content: string, replyTo?: string): void;
  /**
   * Change a message; it is changed once the promise resolves.
   *
   * @throws RequestRefused, RequestTimedOut, ConnectionLost, SessionExpired, TokenUnavailable
   */
  edit(message: Message, content: string): Promise<void>;
  /** Delete a message: one's own, or as a moderator. */
  remove(message: Message): Promise<void>;
  react(message: Message, emoji: string, on: boolean): Promise<void>;
  /** Pin a message, or take its pin away, as a moderator. */
  pin(message: Message, on: boolean): Promise<void>;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  leave(roomId: string): void;
  /** What the user may in a room has changed: whether it can be entered is asked anew. */
  enterAnew(roomId: string): void;
  loadOlder(roomId: string): Promise<void>;
  /** Ask again who is online. */
  askMembers(roomId: string): void;
  /** The user types in the room; may be called at every keystroke. */
  tellTyping(roomId: string): void;
  /** Ask the server for something at once; rejects with what the protocol has for errors. */
  ask: Session["ask"];
  /** What the server's clock shows, epoch milliseconds; this device's own until the server has told. */
  serverTime(): number;
  /** Be told of what is pushed of the user's own. */
  onAccount: EventHookOn<AccountPush>;
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
  const known = useKnownRoomsStore();
  const outbox = useOutboxStore();
  const account = createEventHook<AccountPush>();
  const session = startSession({
    websocketUrl,
    credentials: authentication.credentials(user),
    createWebSocket: (url, protocols) => new WebSocket(url, protocols),
    newRequestId: v4,
    now: Date.now,
    random: Math.random,
    onAccount: (push) => void account.trigger(push),
    onNotices: (notices) => notices.forEach(known.hear),
    state: useSessionState(),
  });
  useConnectionHints(session);
  // Written, tried again, or taken over from a tab that is gone.
  watch(() => outbox.pending, session.flush, { flush: "sync" });
  watchRooms(session);
  onScopeDispose(() => session.stop());

  const chat: Chat = {
    user,
    send(text, replyTo) {
      const clientMessageId = newMessageId(Date.now());
      // A lone surrogate, as from half an emoji, is no text: the server could not store it.
      const content = text.toWellFormed().trim();
      outbox.queue({ clientMessageId, roomId: rooms.active, content, replyTo, failure: null });
    },
    edit: ({ roomId, sortKey }, text) =>
      session.change("editMessage", { roomId, sortKey, content: text.toWellFormed().trim() }),
    remove: ({ roomId, sortKey, userId }) => session.change("deleteMessage", { roomId, sortKey, author: userId }),
    react: ({ roomId, sortKey }, emoji, on) => session.change("react", { roomId, sortKey, emoji, on }),
    pin: ({ roomId, sortKey }, on) => session.change("pinMessage", { roomId, sortKey, on }),
    retry: (clientMessageId) => outbox.retry(clientMessageId),
    discard: (clientMessageId) => outbox.discard(clientMessageId),
    leave: (roomId) => rooms.leave(roomId),
    enterAnew: session.enterAnew,
    loadOlder: (roomId) => session.loadOlder(roomId),
    askMembers: (roomId) => session.askMembers(roomId),
    tellTyping: (roomId) => session.tellTyping(roomId),
    ask: session.ask,
    onAccount: account.on,
    serverTime: () => session.serverTime() ?? Date.now(),
    reconnect: () => session.retryNow(),
  };
  provide(CHAT, chat);
  return chat;
}

/** Rooms are joined and left by the list of joined rooms, whichever tab changed it. */
function watchRooms(session: Session): void {
  const { joined, active } = storeToRefs(useRoomsStore());
  const tellMoves = (now: readonly string[], before: readonly string[]) => {
    for (const roomId of now) if (!before.includes(roomId)) session.moved(roomId);
    for (const roomId of before) if (!now.includes(roomId)) session.moved(roomId);
  };
  // At once: a room that is left and joined again within a moment has to be read anew.
  watch(joined, tellMoves, { flush: "sync" });
  watch(active, session.opened, { flush: "sync" });
}
