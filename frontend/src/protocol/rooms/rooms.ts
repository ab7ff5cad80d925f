/** The rooms of a session: on every open socket subscribed to, caught up and compared. */
import type { Call } from "@/protocol/call";
import type { ChatSocket } from "@/protocol/connection/socket";
import type { Credentials } from "@/protocol/credentials";
import { ConnectionLost } from "@/protocol/errors";
import { PAGE_LIMIT, type Change, type Message, type Notice } from "@/protocol/frames";
import { attend, type Attendance, type RoomsState } from "./attendance";
import { receiveChanges } from "./changes";
import { comparison } from "./comparison";
import { receiveNotices } from "./notices";
import { fetchPageOf, pageWithMessages } from "./pages";
import { serverClock } from "./serverClock";
import { prepend, receive, type Timeline } from "./timeline";

interface RoomsOptions {
  state: RoomsState;
  credentials: Credentials;
  call: Call;
  now: () => number;
  random: () => number;
  /** Work that nobody waits for failed: the socket is of no use, or the session is over. */
  onTrouble: (socket: ChatSocket, error: unknown) => void;
}

export interface Rooms {
  /** A socket has been opened, in `entered` by its handshake. */
  opened(socket: ChatSocket, entered: string): void;
  /** Messages were pushed or acknowledged; those of joined rooms are taken in. */
  receive(messages: readonly Message[]): ReadonlyMap<string, readonly Message[]>;
  /** Changes were pushed or acknowledged. */
  receiveChanges(changes: readonly Change[]): void;
  /** Notices were pushed. */
  receiveNotices(notices: readonly Notice[]): void;
  /** Catch up the room on the screen, then the others in the background. */
  prepare(socket: ChatSocket): Promise<void>;
  /** Resolves once the others are served, too. */
  complete(socket: ChatSocket): Promise<void>;
  /** Ask whether the server is there, and whether it has what is loaded. */
  ping(socket: ChatSocket): Promise<void>;
  /** What the server's clock shows; null before it has told. */
  serverTime(): number | null;
  /** The user has joined or left a room. */
  moved(roomId: string): void;
  /** The server may have taken the user out of a room, or let them in again: the room itself is asked. */
  enterAnew(roomId: string): void;
  /** A room is shown now. */
  show(socket: ChatSocket, roomId: string): Promise<void>;
  /** Load the page before the oldest loaded message. */
  loadOlder(socket: ChatSocket, roomId: string): Promise<void>;
}

export function keepRooms({ state, credentials, call, now, random, onTrouble }: RoomsOptions): Rooms {
  const clock = serverClock(now);
  const attendances = new Map<ChatSocket, Attendance>();
  const completion = new WeakMap<ChatSocket, Promise<void>>();
  const look = (socket: ChatSocket, roomId: string) => inBackground(socket, attendances.get(socket)?.look(roomId));
  const ping = comparison({ state, credentials, clock, look });

  function inBackground(socket: ChatSocket, work: Promise<void> | undefined): void {
    work?.catch((error: unknown) => onTrouble(socket, error));
  }

  function attendanceOn(socket: ChatSocket): Attendance {
    const attendance = attendances.get(socket);
    if (!attendance) throw new ConnectionLost(0);
    return attendance;
  }

  return {
    opened(socket, entered) {
      const trouble = (error: unknown) => onTrouble(socket, error);
      attendances.set(socket, attend({ socket, entered, state, call, clock, random, onTrouble: trouble }));
      void socket.closed.then(() => attendances.delete(socket));
    },
    receive: (messages) => receiveJoined(state, clock.passed, messages, receive),
    receiveChanges: (changes) => void receiveJoined(state, clock.passed, changes, receiveChanges),
    receiveNotices: (notices) => void receiveJoined(state, clock.passed, notices, receiveNotices),
    async prepare(socket) {
      const attendance = attendanceOn(socket);
      await attendance.follow(state.activeRoom());
      const others = attendance.followAll();
      completion.set(socket, others);
      inBackground(socket, others);
    },
    complete: (socket) => completion.get(socket) ?? Promise.resolve(),
    ping,
    serverTime: clock.estimate,
    moved(roomId) {
      for (const [socket, attendance] of attendances) inBackground(socket, attendance.follow(roomId));
    },
    enterAnew(roomId) {
      for (const [socket, attendance] of attendances) inBackground(socket, attendance.enterAnew(roomId));
    },
    show: async (socket, roomId) => attendanceOn(socket).look(roomId),
    async loadOlder(socket, roomId) {
      const before = state.timeline(roomId).messages[0]?.sortKey;
      if (before === undefined) return;
      const page = await pageWithMessages(fetchPageOf((data) => call(socket, "getMessages", data), roomId), { before, limit: PAGE_LIMIT });
      state.updateTimeline(roomId, (timeline) =>
        // Trimmed or restarted meanwhile: the page no longer joins what is loaded.
        timeline.messages[0]?.sortKey === before
          ? receiveNotices(prepend(timeline, page.messages, page.nextCursor === null), page.notices)
          : timeline,
      );
    },
  };
}

function receiveJoined<T extends Message | Change | Notice>(
  state: RoomsState,
  passed: (time: number) => void,
  entries: readonly T[],
  take: (timeline: Timeline, ofRoom: readonly T[]) => Timeline,
): ReadonlyMap<string, readonly T[]> {
  const joined = new Set(state.joinedRooms());
  const byRoom = Map.groupBy(entries.filter(({ roomId }) => joined.has(roomId)), ({ roomId }) => roomId);
  for (const [roomId, ofRoom] of byRoom) {
    for (const { createdAt } of ofRoom) passed(createdAt);
    state.updateTimeline(roomId, (timeline) => take(timeline, ofRoom));
  }
  return byRoom;
}
