/** A signed-in user's chat: keeps the rooms complete and the outbox empty over whatever connection there is. */
import { caller } from "./call";
import { keepLink, type LinkState } from "./connection/link";
import { watchLiveness } from "./connection/liveness";
import { openSocket, type ChatSocket, type CreateWebSocket } from "./connection/socket";
import { frameToken, handshake, type Credentials } from "./credentials";
import { ConnectionLost, SessionExpired } from "./errors";
import { PAGE_LIMIT, type Message } from "./frames";
import { sender, type OutboxState } from "./outbox/sender";
import { presenceSync, type PresenceState } from "./presence/presenceSync";
import { attend, type Attendance, type RoomsState } from "./rooms/attendance";
import { comparison } from "./rooms/comparison";
import { fetchPageOf } from "./rooms/pages";
import { serverClock } from "./rooms/serverClock";
import { prepend, receive } from "./rooms/timeline";

/** What the session reads and changes; the stores hold it. */
export interface SessionState extends RoomsState, PresenceState, OutboxState {
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
  /** A room has been added to the joined ones, or taken from them. */
  moved(roomId: string): void;
  /** A room is shown now. */
  opened(roomId: string): void;
  /** Ask who is online in a room that is shown. */
  askMembers(roomId: string): void;
  /** The user types in a room; may be told at every keystroke. */
  tellTyping(roomId: string): void;
  /** Load the page before the oldest loaded message. */
  loadOlder(roomId: string): Promise<void>;
  retryNow(): void;
  /** What the browser says of the network. It may be wrong: it is looked into, not believed. */
  setNetwork(available: boolean): void;
  /** The user is back, or something else gives reason to doubt the connection. */
  check(): void;
  stop(): void;
}

/** Every so many failed handshakes the token is renewed: browsers do not tell that a handshake was refused for it. */
const ATTEMPTS_PER_RENEWAL = 4;
/** The first key after so long may be the user's return. */
const FIRST_KEY_AFTER_MS = 60_000;

export function startSession({ state, credentials, ...options }: SessionOptions): Session {
  const call = caller(credentials);
  const clock = serverClock(options.now);
  const attendances = new Map<ChatSocket, Attendance>();
  let lastTyped = 0;
  const presence = presenceSync({ state, call, now: options.now });
  const outbox = sender({ state, call, socket: () => link.socket, random: options.random, onTrouble: giveUp });
  const ping = comparison({
    state,
    credentials,
    clock,
    look: (socket, roomId) => runOn(socket, async () => attendances.get(socket)?.look(roomId)),
  });
  const liveness = watchLiveness({ ping, onSessionExpired: () => link.expire() });

  function onMessages(messages: readonly Message[]): void {
    const joined = new Set(state.joinedRooms());
    for (const [roomId, ofRoom] of Map.groupBy(messages, (message) => message.roomId)) {
      if (!joined.has(roomId)) continue;
      for (const { createdAt } of ofRoom) clock.passed(createdAt);
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
      onSlowReply: () => liveness.check(),
    });
    const onTrouble = (error: unknown) => giveUp(socket, error);
    attendances.set(socket, attend({ socket, entered: roomId, state, call, clock, random: options.random, onTrouble }));
    void socket.closed.then(() => attendances.delete(socket));
    liveness.watch(socket);
    return socket;
  }

  /** What happens on a socket once the room on the screen is caught up: the other rooms, in the background. */
  const completion = new WeakMap<ChatSocket, Promise<void>>();

  async function prepare(socket: ChatSocket): Promise<void> {
    const attendance = attendances.get(socket);
    if (!attendance) throw new ConnectionLost(0);
    const shown = state.activeRoom();
    await attendance.follow(shown);
    runOn(socket, () => presence.askMembers(socket, shown));
    const others = attendance.followAll();
    completion.set(socket, others);
    runOn(socket, () => others);
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
    if (error instanceof SessionExpired) link.expire();
    else if (!(error instanceof ConnectionLost)) socket.close();
  }

  async function loadOlder(roomId: string): Promise<void> {
    const socket = link.socket;
    const before = state.timeline(roomId).messages[0]?.sortKey;
    if (!socket || before === undefined) return;
    const page = await fetchPageOf(call, socket, roomId)({ before, limit: PAGE_LIMIT });
    state.updateTimeline(roomId, (timeline) =>
      // Trimmed or restarted meanwhile: the page no longer joins what is loaded.
      timeline.messages[0]?.sortKey === before
        ? prepend(timeline, page.messages, page.nextCursor === null)
        : timeline,
    );
  }

  const link = keepLink({
    open,
    onSocket: () => outbox.flush(),
    prepare,
    complete: (socket) => completion.get(socket) ?? Promise.resolve(),
    onState: state.linkChanged,
    onSessionExpired: state.sessionExpired,
    now: options.now,
    random: options.random,
  });

  function check(): void {
    liveness.check();
    link.retryNow();
    onCurrent(presence.refresh);
  }

  return {
    flush: outbox.flush,
    moved(roomId) {
      for (const [socket, attendance] of attendances) runOn(socket, () => attendance.follow(roomId));
    },
    opened: (roomId) =>
      onCurrent(async (socket) => {
        await attendances.get(socket)?.open(roomId);
        if (roomId === state.activeRoom()) await presence.askMembers(socket, roomId);
      }),
    askMembers: (roomId) => onCurrent((socket) => presence.askMembers(socket, roomId)),
    tellTyping(roomId) {
      if (Math.abs(options.now() - lastTyped) >= FIRST_KEY_AFTER_MS) liveness.check();
      lastTyped = options.now();
      onCurrent((socket) => presence.tellTyping(socket, roomId));
    },
    loadOlder,
    retryNow: () => link.retryNow(),
    setNetwork(available) {
      link.setNetwork(available);
      liveness.check();
    },
    check,
    stop: () => link.stop(),
  };
}
