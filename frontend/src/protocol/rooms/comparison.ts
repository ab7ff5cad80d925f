/** The ping: asks whether the server is there, and whether what is loaded is what was said. */
import type { ChatSocket } from "@/protocol/connection/socket";
import { frameToken, type Credentials } from "@/protocol/credentials";
import { RequestRefused, SessionExpired } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";
import type { RoomsState } from "./attendance";
import { forgetSettled } from "./changes";
import { comparisonOf, type Plan, type Digest } from "./digest";
import type { ServerClock } from "./serverClock";
import { distrust, dropBefore, extend, hasNews, type Timeline } from "./timeline";

/** As many rooms as the server compares at once; of more, the others come with the next ping. */
const ROOMS_A_PING = 50;

interface ComparisonOptions {
  state: RoomsState;
  credentials: Credentials;
  clock: ServerClock;
  /** Catch up in the background: the answer came, and that is all a ping is waited for. */
  look: (socket: ChatSocket, roomId: string) => void;
}

/** @returns a function that pings a socket: it resolves when the server answers, and rejects as a request does. */
export function comparison({ state, credentials, clock, look }: ComparisonOptions) {
  let turn = 0;
  const pinged = new WeakSet<ChatSocket>();

  /** The rooms whose turn it is, each with what is to be done about it. */
  function plans(serverTime: number): Map<string, Plan> {
    const rooms = state.joinedRooms();
    const start = rooms.length > ROOMS_A_PING ? turn++ * ROOMS_A_PING % rooms.length : 0;
    const chosen = [...rooms.slice(start), ...rooms.slice(0, start)].slice(0, ROOMS_A_PING);
    return new Map(
      chosen.map((roomId) => [roomId, comparisonOf(state.timeline(roomId), serverTime, roomId !== state.activeRoom())]),
    );
  }

  function take(roomId: string, { digest, cut }: Extract<Plan, { kind: "compare" }>, differs: boolean): void {
    state.updateTimeline(roomId, (timeline) => {
      const kept = cut && roomId !== state.activeRoom() ? dropBefore(timeline, digest.from) : timeline;
      return differs ? distrust(kept, digest.from) : vouchedFor(kept, digest);
    });
  }

  async function token(): Promise<string | undefined> {
    try {
      return await frameToken(credentials, false);
    } catch (error) {
      if (error instanceof SessionExpired) throw error;
      return undefined;
    }
  }

  /** A server without digests: the room on the screen is read again, and those where something was said. */
  function reconcile(socket: ChatSocket): void {
    for (const roomId of state.joinedRooms()) {
      if (roomId === state.activeRoom() || hasNews(state.timeline(roomId))) look(socket, roomId);
    }
  }

  return async (socket: ChatSocket): Promise<void> => {
    const first = !pinged.has(socket);
    pinged.add(socket);
    const serverTime = clock.estimate();
    const planned = serverTime === null ? new Map<string, Plan>() : plans(serverTime);
    const compared = new Map([...planned].flatMap(([roomId, plan]) => (plan.kind === "compare" ? [[roomId, plan]] : [])));
    const digests = Object.fromEntries([...compared].map(([roomId, { digest }]) => [roomId, digest]));
    const answer = await answerOf(socket.request("ping", compared.size > 0 ? { rooms: digests } : undefined, await token()));
    if (answer?.now === undefined) return first ? undefined : reconcile(socket);
    clock.told(answer.now);
    for (const [roomId, plan] of compared) {
      if (answer.unsettled.includes(roomId) || !state.joinedRooms().includes(roomId)) continue;
      take(roomId, plan, answer.differs.includes(roomId));
    }
    const toRead = [...planned].flatMap(([roomId, { kind }]) => (kind === "read" ? [roomId] : []));
    for (const roomId of [...answer.differs, ...toRead]) look(socket, roomId);
  };
}

type Answer = NonNullable<Extract<Reply, { type: "ack" }>["data"]>;

/** What the server says; null when it takes no digest. */
async function answerOf(reply: Promise<Reply>): Promise<Answer | null> {
  try {
    const frame = await reply;
    return frame.type === "ack" ? (frame.data ?? null) : null;
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.isPassing) throw error;
    return null;
  }
}

/** The server has the same messages up to the end of the digest, and no put can come before it any more. */
function vouchedFor(timeline: Timeline, { until }: Digest): Timeline {
  return forgetSettled(extend(timeline, [], until));
}
