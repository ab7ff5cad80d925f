/** A signed-in user's chat: keeps the rooms complete and the outbox empty over whatever connection there is. */
import { caller } from "./call";
import { keepLink, type LinkState } from "./connection/link";
import { watchLiveness } from "./connection/liveness";
import { renewInTime } from "./connection/renewal";
import { openSocket, type ChatSocket, type CreateWebSocket } from "./connection/socket";
import { frameToken, handshake, type Credentials } from "./credentials";
import { ConnectionLost, SessionExpired } from "./errors";
import { changer } from "./changer";
import {
  DEFAULT_ROOM,
  isPublic,
  type AccountPush,
  type Action,
  type Actions,
  type ChangeAction,
  type ChangeActions,
  type Notice,
  type Reply,
} from "./frames";
import { sender, type OutboxState } from "./outbox/sender";
import { presenceSync, type PresenceState } from "./presence/presenceSync";
import type { RoomsState } from "./rooms/attendance";
import { keepRooms } from "./rooms/rooms";

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
  /** Something of the user's own was pushed. */
  onAccount: (push: AccountPush) => void;
  /** Something happened in rooms, just now. */
  onNotices: (notices: readonly Notice[]) => void;
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
  /**
   * Ask the server for something that is neither queued nor repeated: whoever asked sees the answer.
   *
   * @throws RequestRefused, RequestTimedOut, ConnectionLost, SessionExpired
   */
  ask<A extends Action>(action: A, data: Actions[A]): Promise<Reply>;
  /** What the server's clock shows, which decides what has run out; null before it has told. */
  serverTime(): number | null;
  /**
   * Change a message, and see it changed once the server has done so. It is repeated where that helps, under one id.
   *
   * @throws RequestRefused, RequestTimedOut, ConnectionLost, SessionExpired
   */
  change<A extends ChangeAction>(action: A, data: ChangeActions[A]): Promise<void>;
  retryNow(): void;
  /** What the browser says of the network. It may be wrong: it is looked into, not believed. */
  setNetwork(available: boolean): void;
  /** The user is back, or something else gives reason to doubt the connection. */
  check(): void;
  stop(): void;
}

/** Every so many failed handshakes the token is renewed: browsers do not tell that a handshake was refused for it. */
const ATTEMPTS_PER_RENEWAL = 4;
export function startSession(options: SessionOptions): Session {
  const { state, credentials, now, random } = options;
  const call = caller(credentials);
  const rooms = keepRooms({ state, credentials, call, now, random, onTrouble: giveUp });
  const presence = presenceSync({ state, call, now });
  const liveness = watchLiveness({ ping: rooms.ping, onSessionExpired: () => link.expire() });
  const outbox = sender({ state, call, socket: () => link.socket, random, onTrouble: giveUp });

  async function open(attempt: number): Promise<ChatSocket> {
    const entered = entrance(state);
    const token = await handshakeToken(credentials, attempt);
    const socket = await openSocket({
      ...handshake(options.websocketUrl, entered, credentials, token),
      createWebSocket: options.createWebSocket,
      newRequestId: options.newRequestId,
      onMessages: (messages) => rooms.receive(messages).forEach((ofRoom, roomId) => presence.onMessages(roomId, ofRoom)),
      onChanges: rooms.receiveChanges,
      onNotices: (notices) => {
        rooms.receiveNotices(notices);
        options.onNotices(notices);
      },
      onPresence: (push) => state.joinedRooms().includes(push.data.roomId) && presence.onPush(push),
      onAccount: options.onAccount,
      onSlowReply: liveness.check,
    });
    rooms.opened(socket, entered);
    // The first ping of a session tells the server's clock. Who comes back, maybe with thousands, spares it.
    liveness.watch(socket, rooms.serverTime() === null);
    void renewInTime(socket, token, { credentials, serverTime: rooms.serverTime, onSessionExpired: () => link.expire() });
    return socket;
  }

  async function prepare(socket: ChatSocket): Promise<void> {
    await rooms.prepare(socket);
    runOn(socket, () => presence.askMembers(socket, state.activeRoom()));
  }

  /** Run `work` on the current socket; trouble with the socket itself is the link's to mend. */
  function onCurrent(work: (socket: ChatSocket) => Promise<void>): void {
    if (link.socket) runOn(link.socket, work);
  }

  function runOn(socket: ChatSocket, work: (socket: ChatSocket) => Promise<void>): void {
    work(socket).catch((error: unknown) => giveUp(socket, error));
  }

  function giveUp(socket: ChatSocket, error: unknown): void {
    if (error instanceof SessionExpired) link.expire();
    else if (!(error instanceof ConnectionLost)) socket.close();
  }

  const link = keepLink({
    open,
    prepare,
    complete: rooms.complete,
    onSocket: outbox.flush,
    onState: state.linkChanged,
    onSessionExpired: state.sessionExpired,
    now,
    random,
  });

  async function ask<A extends Action>(action: A, data: Actions[A]): Promise<Reply> {
    if (!link.socket) throw new ConnectionLost(0);
    try {
      return await call(link.socket, action, data);
    } catch (error) {
      if (error instanceof SessionExpired) link.expire();
      throw error;
    }
  }

  return {
    flush: outbox.flush,
    moved: rooms.moved,
    opened: (roomId) =>
      onCurrent(async (socket) => {
        await rooms.show(socket, roomId);
        if (roomId === state.activeRoom()) await presence.askMembers(socket, roomId);
      }),
    askMembers: (roomId) => onCurrent((socket) => presence.askMembers(socket, roomId)),
    tellTyping(roomId) {
      if (presence.returnsToTyping()) liveness.check();
      onCurrent((socket) => presence.tellTyping(socket, roomId));
    },
    loadOlder: async (roomId) => (link.socket ? rooms.loadOlder(link.socket, roomId) : undefined),
    serverTime: rooms.serverTime,
    ask,
    change: changer({ ask, newId: options.newRequestId, random }),
    retryNow: link.retryNow,
    setNetwork(available) {
      link.setNetwork(available);
      liveness.check();
    },
    check() {
      liveness.check();
      link.retryNow();
      onCurrent(presence.refresh);
    },
    stop: link.stop,
  };
}

/** The token of the next handshake. */
async function handshakeToken(credentials: Credentials, attempt: number): Promise<string | undefined> {
  return frameToken(credentials, attempt % ATTEMPTS_PER_RENEWAL === ATTEMPTS_PER_RENEWAL - 1);
}

/** The room that a handshake enters: public, since members of others are looked up by `joinRoom` alone. */
function entrance(state: SessionState): string {
  return [state.activeRoom(), ...state.joinedRooms()].find(isPublic) ?? DEFAULT_ROOM;
}
