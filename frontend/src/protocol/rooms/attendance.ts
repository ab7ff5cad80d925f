/** The rooms on one socket: subscribed to what is joined, caught up, and looked at again where something may be missing. */
import type { Call } from "@/protocol/call";
import { backoffMs } from "@/protocol/connection/backoff";
import type { ChatSocket } from "@/protocol/connection/socket";
import { eachLimited } from "@/protocol/eachLimited";
import { RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { ErrorCode } from "@/protocol/frames";
import { pause } from "@/protocol/wait";
import { fetchPageOf } from "./pages";
import { recover } from "./recovery";
import type { ServerClock } from "./serverClock";
import { subscriptions } from "./subscriptions";
import type { Timeline } from "./timeline";

/** What is read and changed here; the stores hold it. */
export interface RoomsState {
  joinedRooms: () => readonly string[];
  /** The room on the screen. */
  activeRoom: () => string;
  timeline: (roomId: string) => Timeline;
  updateTimeline: (roomId: string, change: (timeline: Timeline) => Timeline) => void;
  roomRefused: (roomId: string, code: ErrorCode) => void;
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
  /** Subscribe to every room; what is known of it is looked at a little later. */
  followAll(): Promise<void>;
  /** The room is shown: subscribe if that is not done yet, and catch up. */
  open(roomId: string): Promise<void>;
  /** Catch up. */
  look(roomId: string): Promise<void>;
}

/** Parallel requests when many rooms wait: quick, yet far from the stage's throttle. */
const PARALLEL_REQUESTS = 4;
/** The index of a room's members lags: who has just joined may not be pushed what is said for a moment. */
const SECOND_LOOK_MS = { earliest: 2_000, latest: 3_000 };
/** As many as the stores keep of a room on the screen (10,000 messages), and of one that is not (200). */
const PAGES_KEPT = { active: 100, inactive: 2 };

interface Look {
  readonly now: Promise<void>;
  next: Promise<void> | null;
}

export function attend({ socket, entered, state, call, clock, random, onTrouble }: AttendanceOptions): Attendance {
  const looks = new Map<string, Look>();
  let closed = false;
  void socket.closed.then(() => (closed = true));

  const wanted = (roomId: string) => state.joinedRooms().includes(roomId);
  const subscribed = subscriptions({
    entered,
    wanted,
    join: (roomId) => call(socket, "joinRoom", { roomId }),
    leave: (roomId) => call(socket, "leaveRoom", { roomId }),
    abandon: () => socket.close(),
  });

  function inBackground(work: Promise<void>): void {
    work.catch(onTrouble);
  }

  /** Until it works, or the user has left: a room half joined would have holes. */
  async function repeated(roomId: string, work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; wanted(roomId); attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isAnswer(error)) throw error;
        const refused = error instanceof RequestRefused ? error : null;
        if (refused && !refused.isPassing) return state.roomRefused(roomId, refused.code);
        await pause(Math.max(refused?.retryAfterMs ?? 0, backoffMs(attempt, random())));
      }
    }
  }

  async function catchUp(roomId: string): Promise<void> {
    const rest = await recover({
      timeline: () => state.timeline(roomId),
      update: (change) => wanted(roomId) && state.updateTimeline(roomId, change),
      fetchPage: fetchPageOf(call, socket, roomId),
      serverTime: clock.atLeast,
      pagesKept: () => (roomId === state.activeRoom() ? PAGES_KEPT.active : PAGES_KEPT.inactive),
      pause,
    });
    if (rest) inBackground(rest().catch((error) => (isAnswer(error) ? look(roomId) : Promise.reject(error))));
  }

  function startLook(roomId: string): Promise<void> {
    const now = repeated(roomId, () => catchUp(roomId)).finally(() => looks.delete(roomId));
    looks.set(roomId, { now, next: null });
    return now;
  }

  /** One look at a time; whoever comes meanwhile shares the next, since the one under way may have read too early. */
  function look(roomId: string): Promise<void> {
    const running = looks.get(roomId);
    if (!running) return startLook(roomId);
    return (running.next ??= running.now.catch(() => undefined).then(() => startLook(roomId)));
  }

  async function subscribe(roomId: string): Promise<void> {
    await repeated(roomId, () => subscribed.settle(roomId));
    const { earliest, latest } = SECOND_LOOK_MS;
    setTimeout(() => closed || inBackground(look(roomId)), earliest + random() * (latest - earliest));
  }

  return {
    async follow(roomId) {
      if (!wanted(roomId)) return subscribed.settle(roomId);
      await subscribe(roomId);
      await look(roomId);
    },
    followAll: () =>
      eachLimited(state.joinedRooms(), PARALLEL_REQUESTS, async (roomId) => {
        await subscribe(roomId);
        if (state.timeline(roomId).syncedTo === null) await look(roomId);
      }),
    async open(roomId) {
      await repeated(roomId, () => subscribed.settle(roomId));
      await look(roomId);
    },
    look,
  };
}

/** Whether the trouble is with this request rather than with the socket. */
function isAnswer(error: unknown): boolean {
  return error instanceof RequestRefused || error instanceof RequestTimedOut;
}
