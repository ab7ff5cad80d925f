/** A signed-in user's chat: keeps the rooms complete and the outbox empty over whatever connection there is. */
import { caller } from "./call";
import { keepLink, type LinkState } from "./connection/link";
import { watchLiveness } from "./connection/liveness";
import type { ChatSocket } from "./connection/socket";
import { ConnectionLost, SessionExpired } from "./errors";
import { changer } from "./changer";
import type { Action, Actions, ChangeAction, ChangeActions, Reply } from "./frames";
import { inOrder } from "./inOrder";
import { sender, type OutboxState } from "./outbox/sender";
import { presenceSync, type PresenceState } from "./presence/presenceSync";
import type { RoomsState } from "./rooms/attendance";
import { keepRooms } from "./rooms/rooms";
import { sessionSockets, type SessionSocketsOptions } from "./sessionSockets";

/** What the session reads and changes; the stores hold it. */
export interface SessionState extends RoomsState, PresenceState, OutboxState {
  linkChanged: (state: LinkState) => void;
  sessionExpired: () => void;
}

export interface SessionOptions extends SessionSocketsOptions {
  state: SessionState;
  now: () => number;
  random: () => number;
}

export interface Session {
  /** Try to deliver what is pending; what cannot go now goes with the next connection. */
  flush(): void;
  /** A room has been added to the joined ones, or taken from them. */
  moved(roomId: string): void;
  /** The server may have taken the user out of a room, or let them in again: the room itself is asked. */
  enterAnew(roomId: string): void;
  /** A room is shown now. */
  opened(roomId: string): void;
  /** Ask who is online in a room that is shown. */
  askMembers(roomId: string): void;
  /** The user types in a room; may be told at every keystroke. */
  tellTyping(roomId: string): void;
  /**
   * Load the page before the oldest loaded message.
   *
   * @throws RequestRefused, RequestTimedOut, ConnectionLost, SessionExpired, TokenUnavailable
   */
  loadOlder(roomId: string): Promise<void>;
  /**
   * Ask the server for something that is neither stored nor repeated: whoever asked sees the answer. What sets the same
   * thing is asked one after the other.
   *
   * @throws RequestRefused, RequestTimedOut, ConnectionLost, SessionExpired, TokenUnavailable
   */
  ask<A extends Action>(action: A, data: Actions[A]): Promise<Reply>;
  /** What the server's clock shows, which decides what has run out; null before it has told. */
  serverTime(): number | null;
  /**
   * Change a message, and see it changed once the server has done so. It is repeated where that helps, under one id.
   *
   * @throws RequestRefused, RequestTimedOut, ConnectionLost, SessionExpired, TokenUnavailable
   */
  change<A extends ChangeAction>(action: A, data: ChangeActions[A]): Promise<void>;
  retryNow(): void;
  /** What the browser says of the network. It may be wrong: it is looked into, not believed. */
  setNetwork(available: boolean): void;
  /** The user is back, or something else gives reason to doubt the connection. */
  check(): void;
  stop(): void;
}

export function startSession(options: SessionOptions): Session {
  const { state, credentials, now, random } = options;
  const call = caller(credentials);
  const ordered = inOrder();
  const rooms = keepRooms({ state, credentials, call, now, random, onTrouble: giveUp });
  const presence = presenceSync({ state, call, now });
  const liveness = watchLiveness({ ping: rooms.ping, onSessionExpired: () => link.expire() });
  const outbox = sender({ state, call, socket: () => link.socket, random, onTrouble: giveUp });

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
    open: sessionSockets(options, { state, rooms, presence, liveness, onSessionExpired: () => link.expire() }),
    prepare,
    complete: rooms.complete,
    onSocket: outbox.flush,
    onState: state.linkChanged,
    onSessionExpired: state.sessionExpired,
    now,
    random,
  });

  function inUse(): ChatSocket {
    if (!link.socket) throw new ConnectionLost(0);
    return link.socket;
  }

  async function ask<A extends Action>(action: A, data: Actions[A]): Promise<Reply> {
    try {
      return await ordered(action, data, async () => call(inUse(), action, data));
    } catch (error) {
      if (error instanceof SessionExpired) link.expire();
      throw error;
    }
  }

  return {
    flush: outbox.flush,
    moved: rooms.moved,
    enterAnew: rooms.enterAnew,
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
    loadOlder: async (roomId) => rooms.loadOlder(inUse(), roomId),
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
