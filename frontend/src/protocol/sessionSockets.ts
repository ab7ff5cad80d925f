/** The sockets of a session: each enters a room with a token, and what is pushed over it goes to whoever keeps it. */
import type { Liveness } from "./connection/liveness";
import { renewInTime } from "./connection/renewal";
import { openSocket, type ChatSocket, type CreateWebSocket } from "./connection/socket";
import { frameToken, handshake, type Credentials } from "./credentials";
import { DEFAULT_ROOM, isPublic, type AccountPush, type Notice } from "./frames";
import type { PresenceSync } from "./presence/presenceSync";
import type { RoomsState } from "./rooms/attendance";
import type { Rooms } from "./rooms/rooms";

export interface SessionSocketsOptions {
  websocketUrl: string;
  credentials: Credentials;
  createWebSocket: CreateWebSocket;
  newRequestId: () => string;
  /** Something of the user's own was pushed. */
  onAccount: (push: AccountPush) => void;
  /** Something happened in rooms, just now. */
  onNotices: (notices: readonly Notice[]) => void;
}

/** Whoever takes part in what happens on a socket. */
interface Keepers {
  state: Pick<RoomsState, "activeRoom" | "joinedRooms">;
  rooms: Rooms;
  presence: PresenceSync;
  liveness: Liveness;
  onSessionExpired: () => void;
}

/** Every so many failed handshakes the token is renewed: browsers do not tell that a handshake was refused for it. */
const ATTEMPTS_PER_RENEWAL = 4;

/** @returns what opens a socket; `attempt` counts the failed attempts before it */
export function sessionSockets(options: SessionSocketsOptions, keepers: Keepers): (attempt: number) => Promise<ChatSocket> {
  const { credentials, createWebSocket, newRequestId, onAccount } = options;
  const { state, rooms, presence, liveness, onSessionExpired } = keepers;

  return async (attempt) => {
    const entered = entrance(state);
    const token = await frameToken(credentials, attempt % ATTEMPTS_PER_RENEWAL === ATTEMPTS_PER_RENEWAL - 1);
    const socket = await openSocket({
      ...handshake(options.websocketUrl, entered, credentials, token),
      createWebSocket,
      newRequestId,
      onMessages: (messages) => rooms.receive(messages).forEach((ofRoom, roomId) => presence.onMessages(roomId, ofRoom)),
      onChanges: rooms.receiveChanges,
      onNotices: (notices) => {
        rooms.receiveNotices(notices);
        options.onNotices(notices);
      },
      onPresence: (push) => state.joinedRooms().includes(push.data.roomId) && presence.onPush(push),
      onAccount,
      onSlowReply: liveness.check,
    });
    rooms.opened(socket, entered);
    // The first ping of a session tells the server's clock. Who comes back, maybe with thousands, spares it.
    liveness.watch(socket, rooms.serverTime() === null);
    void renewInTime(socket, token, { credentials, serverTime: rooms.serverTime, onSessionExpired });
    return socket;
  };
}

/** The room that a handshake enters: public, since members of others are looked up by `joinRoom` alone. */
function entrance(state: Keepers["state"]): string {
  return [state.activeRoom(), ...state.joinedRooms()].find(isPublic) ?? DEFAULT_ROOM;
}
