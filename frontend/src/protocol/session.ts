/** A signed-in user's chat: keeps the rooms complete and the outbox empty over whatever connection there is. */
import { backoffMs } from "@/protocol/connection/backoff";
import { frameToken, handshake, type Credentials } from "./credentials";
import { deliver, SendFailed } from "@/protocol/outbox/delivery";
import { eachLimited } from "./eachLimited";
import { ConnectionLost, RequestRefused, RequestTimedOut, SessionExpired } from "./errors";
import { PAGE_LIMIT, type Action, type Actions, type ErrorCode, type Message, type Reply } from "./frames";
import { keepLink, type LinkState } from "@/protocol/connection/link";
import type { OutboxEntry, SendFailure } from "@/protocol/outbox/outbox";
import { presenceSync, type PresenceState } from "@/protocol/presence/presenceSync";
import { recover, type Page, type PageRequest } from "@/protocol/rooms/recovery";
import { openSocket, type ChatSocket, type CreateWebSocket } from "@/protocol/connection/socket";
import { hasNews, prepend, receive, type Timeline } from "@/protocol/rooms/timeline";

/** What the session reads and changes; the stores hold it. */
export interface SessionState extends PresenceState {
  joinedRooms: () => readonly string[];
  timeline: (roomId: string) => Timeline;
  updateTimeline: (roomId: string, change: (timeline: Timeline) => Timeline) => void;
  roomRefused: (roomId: string, code: ErrorCode) => void;
  pendingEntries: () => readonly OutboxEntry[];
  /** Gives the entry a fresh id and returns it. */
  remint: (entry: OutboxEntry) => OutboxEntry;
  sendFailed: (clientMessageId: string, reason: SendFailure) => void;
  linkChanged: (state: LinkState) => void;
  sessionExpired: () => void;
}

export interface SessionOptions {
  websocketUrl: string;
  credentials: Credentials;
  state: SessionState;
  createWebSocket: CreateWebSocket;
  newRequestId: () => string;
  now: () => number;
  random: () => number;
}

export interface Session {
  /** Try to deliver what is pending; what cannot go now goes with the next connection. */
  flush(): void;
  /** Subscribe to a room that has just been added to the joined ones. */
  join(roomId: string): void;
  leave(roomId: string): void;
  /** Ask who is online in a room that is shown. */
  askMembers(roomId: string): void;
  /** The user types in a room; may be told at every keystroke. */
  tellTyping(roomId: string): void;
  /** Load the page before the oldest loaded message. */
  loadOlder(roomId: string): Promise<void>;
  retryNow(): void;
  setNetwork(available: boolean): void;
  verify(): void;
  stop(): void;
}

/** Parallel requests when many rooms or messages wait: quick, yet far from the stage's throttle. */
const PARALLEL_REQUESTS = 4;
/** Close code of a frame over API Gateway's limit of 32 KB. */
const MESSAGE_TOO_BIG = 1009;
/** Every so many failed handshakes the token is renewed: browsers do not tell that a handshake was refused for it. */
const ATTEMPTS_PER_RENEWAL = 4;
/**
 * How often a live connection compares itself with history. It bounds how long a message can be missing that was
 * dead-lettered, or said while the index of members did not know this one yet, and how much a reconnect reads again.
 */
export const RECONCILE_INTERVAL_MS = 5 * 60_000;

export function startSession({ state, credentials, ...options }: SessionOptions): Session {
  const inFlight = new Set<string>();
  /** What still happens on a socket after it became usable: joining the rooms in the background. */
  const completion = new WeakMap<ChatSocket, Promise<void>>();
  /** The room each socket entered by its handshake. */
  const enteredRoom = new WeakMap<ChatSocket, string>();
  const presence = presenceSync({ state, call, now: options.now });

  function onMessages(messages: readonly Message[]): void {
    const joined = new Set(state.joinedRooms());
    for (const [roomId, ofRoom] of Map.groupBy(messages, (message) => message.roomId)) {
      if (!joined.has(roomId)) continue;
      state.updateTimeline(roomId, (timeline) => receive(timeline, ofRoom));
      presence.onMessages(roomId, ofRoom);
    }
  }

  async function open(attempt: number): Promise<ChatSocket> {
    const renew = attempt % ATTEMPTS_PER_RENEWAL === ATTEMPTS_PER_RENEWAL - 1;
    const token = await frameToken(credentials, renew);
    const roomId = state.activeRoom();
    const socket = await openSocket({
      ...handshake(options.websocketUrl, roomId, credentials, token),
      createWebSocket: options.createWebSocket,
      newRequestId: options.newRequestId,
      onMessages,
      onPresence: (push) => state.joinedRooms().includes(push.data.roomId) && presence.onPush(push),
    });
    enteredRoom.set(socket, roomId);
    return socket;
  }

  async function call<A extends Action>(socket: ChatSocket, action: A, data: Actions[A]): Promise<Reply> {
    try {
      return await socket.request(action, data, await frameToken(credentials, false));
    } catch (error) {
      if (!isTokenRefusal(error) || credentials.kind === "mock") throw error;
    }
    try {
      return await socket.request(action, data, await frameToken(credentials, true));
    } catch (error) {
      throw isTokenRefusal(error) ? new SessionExpired() : error;
    }
  }

  function fetchPageOf(socket: ChatSocket, roomId: string) {
    return async (request: PageRequest): Promise<Page> => {
      const reply = await call(socket, "getMessages", { roomId, ...request });
      if (reply.type !== "messageHistory") throw new RequestRefused("INTERNAL");
      return { messages: reply.data, nextCursor: reply.nextCursor };
    };
  }

  /** Subscribe to a room and catch up; repeated until it works, since a room half joined would have holes. */
  async function syncRoom(socket: ChatSocket, roomId: string): Promise<void> {
    for (let attempt = 1; state.joinedRooms().includes(roomId); attempt++) {
      try {
        if (enteredRoom.get(socket) !== roomId) await call(socket, "joinRoom", { roomId });
        const catchUp = await recover(state.timeline(roomId), fetchPageOf(socket, roomId));
        state.updateTimeline(roomId, catchUp);
        // Beside what follows: nothing waits for it.
        if (roomId === state.activeRoom()) runOn(socket, () => presence.askMembers(socket, roomId));
        return;
      } catch (error) {
        if (!(error instanceof RequestRefused || error instanceof RequestTimedOut)) throw error;
        if (error instanceof RequestRefused && !isPassing(error.code)) return state.roomRefused(roomId, error.code);
        await pause(backoffMs(attempt, options.random()));
      }
    }
  }

  async function prepare(socket: ChatSocket): Promise<void> {
    const first = state.activeRoom();
    await syncRoom(socket, first);
    const others = state.joinedRooms().filter((roomId) => roomId !== first);
    const joining = eachLimited(others, PARALLEL_REQUESTS, (roomId) => syncRoom(socket, roomId));
    completion.set(socket, joining);
    runOn(socket, () => joining);
  }

  /** Catch up although nothing is known to be missing: the room on the screen, and those where something was said. */
  function reconcile(socket: ChatSocket): Promise<void> {
    const rooms = state
      .joinedRooms()
      .filter((roomId) => roomId === state.activeRoom() || hasNews(state.timeline(roomId)));
    return eachLimited(rooms, PARALLEL_REQUESTS, (roomId) => syncRoom(socket, roomId));
  }

  /** Run `work` on the current socket; trouble with the socket itself is the link's to mend. */
  function onCurrent(work: (socket: ChatSocket) => Promise<unknown>): void {
    const socket = link.socket;
    if (socket) runOn(socket, work);
  }

  function runOn(socket: ChatSocket, work: (socket: ChatSocket) => Promise<unknown>): void {
    work(socket).catch((error: unknown) => giveUp(socket, error));
  }

  function giveUp(socket: ChatSocket, error: unknown): void {
    if (error instanceof SessionExpired) {
      link.stop();
      state.sessionExpired();
    } else if (!(error instanceof ConnectionLost)) {
      socket.close();
    }
  }

  async function sendEntry(socket: ChatSocket, entry: OutboxEntry): Promise<void> {
    if (inFlight.has(entry.clientMessageId)) return;
    let id = entry.clientMessageId;
    inFlight.add(id);
    try {
      const stored = await deliver(entry, {
        send: (current) => sendOnce(socket, current),
        fetchPage: fetchPageOf(socket, entry.roomId),
        remint: (current) => {
          const fresh = state.remint(current);
          inFlight.add((id = fresh.clientMessageId));
          return fresh;
        },
        pause,
        random: options.random,
      });
      state.updateTimeline(stored.roomId, (timeline) => receive(timeline, [stored]));
    } catch (error) {
      if (error instanceof SendFailed) state.sendFailed(id, error.reason);
      else if (error instanceof ConnectionLost && error.closeCode === MESSAGE_TOO_BIG)
        state.sendFailed(id, "CONTENT_TOO_LONG");
      else throw error;
    } finally {
      inFlight.delete(entry.clientMessageId);
      inFlight.delete(id);
    }
  }

  async function sendOnce(socket: ChatSocket, entry: OutboxEntry): Promise<Message> {
    const { content, roomId, clientMessageId } = entry;
    try {
      const reply = await call(socket, "sendMessage", { content, roomId, clientMessageId });
      if (reply.type !== "newMessage") throw new RequestRefused("INTERNAL");
      return reply.data;
    } catch (error) {
      if (error instanceof RequestTimedOut) void link.verify();
      throw error;
    }
  }

  async function loadOlder(roomId: string): Promise<void> {
    const socket = link.socket;
    const before = state.timeline(roomId).messages[0]?.sortKey;
    if (!socket || before === undefined) return;
    const page = await fetchPageOf(socket, roomId)({ before, limit: PAGE_LIMIT });
    state.updateTimeline(roomId, (timeline) =>
      // Trimmed or restarted meanwhile: the page no longer joins what is loaded.
      timeline.messages[0]?.sortKey === before
        ? prepend(timeline, page.messages, page.nextCursor === null)
        : timeline,
    );
  }

  function flush(): void {
    onCurrent((socket) => eachLimited(state.pendingEntries(), PARALLEL_REQUESTS, (entry) => sendEntry(socket, entry)));
  }

  const link = keepLink({
    open,
    prepare,
    complete: (socket) => completion.get(socket) ?? Promise.resolve(),
    onState(linkState) {
      state.linkChanged(linkState);
      if (linkState.kind === "online") flush();
    },
    onSessionExpired: () => state.sessionExpired(),
    now: options.now,
    random: options.random,
  });

  const reconciling = setInterval(() => onCurrent(reconcile), RECONCILE_INTERVAL_MS);

  return {
    flush,
    join: (roomId) => onCurrent((socket) => syncRoom(socket, roomId)),
    leave: (roomId) => onCurrent((socket) => call(socket, "leaveRoom", { roomId })),
    askMembers: (roomId) => onCurrent((socket) => presence.askMembers(socket, roomId)),
    tellTyping: (roomId) => onCurrent((socket) => presence.tellTyping(socket, roomId)),
    loadOlder,
    retryNow: () => link.retryNow(),
    setNetwork: (available) => link.setNetwork(available),
    verify: () => void link.verify(),
    stop() {
      clearInterval(reconciling);
      link.stop();
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function isPassing(code: ErrorCode): boolean {
  return code === "INTERNAL" || code === "RATE_LIMITED";
}

function isTokenRefusal(error: unknown): boolean {
  return error instanceof RequestRefused && (error.code === "TOKEN_EXPIRED" || error.code === "UNAUTHENTICATED");
}
