/** The rooms on one socket: subscribed to what is joined, caught up, and looked at again where something may be missing. */
import type { Call } from "@/protocol/call";
import type { ChatSocket } from "@/protocol/connection/socket";
import { eachLimited } from "@/protocol/eachLimited";
import type { ErrorCode } from "@/protocol/frames";
import { oneAtATime } from "@/protocol/oneAtATime";
import { pause } from "@/protocol/wait";
import { fetchPageOf } from "./pages";
import { recover, type RecoveryPort } from "./recovery";
import type { ServerClock } from "./serverClock";
import { subscriptions } from "./subscriptions";
import type { Timeline } from "./timeline";
import { isAnswer, untilItWorks } from "./untilItWorks";

/** What is read and changed here; the stores hold it. */
export interface RoomsState {
  joinedRooms: () => readonly string[];
  /** The room on the screen. */
  activeRoom: () => string;
  timeline: (roomId: string) => Timeline;
  updateTimeline: (roomId: string, change: (timeline: Timeline) => Timeline) => void;
  roomRefused: (roomId: string, code: ErrorCode) => void;
  /** The room was read: whoever was refused before may enter. */
  roomAdmitted: (roomId: string) => void;
}

export interface AttendanceOptions {
  socket: ChatSocket;
  /** The room that was entered by the handshake. */
  entered: string;
  state: RoomsState;
  call: Call;
  clock: ServerClock;
  random: () => number;
  /** Work that nobody waits for failed: the socket is of no use, or the session is over. */
  onTrouble: (error: unknown) => void;
}

export interface Attendance {
  /** Subscribe to a room and catch up, or unsubscribe from it: whichever is wanted by now. */
  follow(roomId: string): Promise<void>;
  /** The same, though the server may have taken the user out of the room meanwhile. */
  enterAnew(roomId: string): Promise<void>;
  /** Subscribe to every room; what is known of it is looked at a little later. */
  followAll(): Promise<void>;
  /** Catch up; subscribe first where that is not done yet. */
  look(roomId: string): Promise<void>;
}

/** Parallel requests when many rooms wait: quick, yet far from the stage's throttle. */
const PARALLEL_REQUESTS = 4;
/** The index of a room's members lags: who has just joined may not be pushed what is said for a moment. */
const SECOND_LOOK_MS = { earliest: 2_000, latest: 3_000 };
/** As many as the stores keep of a room on the screen (10,000 messages), and of one that is not (200). */
const PAGES_KEPT = { active: 100, inactive: 2 };

export function attend(options: AttendanceOptions): Attendance {
  const { socket, state, call, random } = options;
  const wanted = (roomId: string) => state.joinedRooms().includes(roomId);
  const persist = untilItWorks({ wanted, onRefused: refused, random });
  const look: (roomId: string) => Promise<void> = oneAtATime(async (roomId) => void (await persist(roomId, () => catchUp(roomId))));
  const subscribed = subscriptions({
    entered: options.entered,
    wanted,
    join: (roomId) => call(socket, "joinRoom", { roomId }),
    leave: (roomId) => call(socket, "leaveRoom", { roomId }),
    abandon: () => socket.close(),
  });
  const toBeSeconded = new Set<string>();
  let closed = false;
  void socket.closed.then(() => (closed = true));

  /** Nothing of it is pushed any more: whoever is let in again has to join it anew. */
  function refused(roomId: string, code: ErrorCode): void {
    subscribed.forget(roomId);
    state.roomRefused(roomId, code);
  }

  async function catchUp(roomId: string): Promise<void> {
    await subscribed.settle(roomId);
    const rest = await recover(recoveryOf(roomId, options));
    if (wanted(roomId)) state.roomAdmitted(roomId);
    // Whatever goes wrong with the rest, it is looked for again from where it stopped.
    rest?.().catch((error) => (isAnswer(error) ? look(roomId) : Promise.reject(error))).catch(options.onTrouble);
  }

  /** Whether the user is in the room then. */
  async function subscribe(roomId: string): Promise<boolean> {
    if (!(await persist(roomId, () => subscribed.settle(roomId)))) return false;
    if (toBeSeconded.has(roomId)) return true;
    toBeSeconded.add(roomId);
    const { earliest, latest } = SECOND_LOOK_MS;
    setTimeout(() => {
      toBeSeconded.delete(roomId);
      if (!closed) look(roomId).catch(options.onTrouble);
    }, earliest + random() * (latest - earliest));
    return true;
  }

  async function follow(roomId: string): Promise<void> {
    if (!wanted(roomId)) return subscribed.settle(roomId);
    if (await subscribe(roomId)) await look(roomId);
  }

  return {
    follow,
    enterAnew(roomId) {
      subscribed.forget(roomId);
      return follow(roomId);
    },
    followAll: () =>
      eachLimited(state.joinedRooms(), PARALLEL_REQUESTS, async (roomId) => {
        if ((await subscribe(roomId)) && state.timeline(roomId).syncedTo === null) await look(roomId);
      }),
    look,
  };
}

/** What recovery reads and changes of one room. */
function recoveryOf(roomId: string, { state, call, socket, clock }: AttendanceOptions): RecoveryPort {
  return {
    timeline: () => state.timeline(roomId),
    update: (change) => state.joinedRooms().includes(roomId) && state.updateTimeline(roomId, change),
    fetchPage: fetchPageOf((data) => call(socket, "getMessages", data), roomId),
    serverTime: clock.atLeast,
    pagesKept: () => (roomId === state.activeRoom() ? PAGES_KEPT.active : PAGES_KEPT.inactive),
    pause,
  };
}
