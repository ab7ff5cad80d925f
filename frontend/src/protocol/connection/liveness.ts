/** Asks each socket whether it is still there, and closes the one over which nothing comes. */
import { RequestRefused, SessionExpired } from "@/protocol/errors";
import { withDeadline } from "@/protocol/wait";
import type { ChatSocket } from "./socket";

/** Below API Gateway's idle limit of 10 min, with room for a throttled timer in a hidden tab: 12 frames an hour. */
export const PING_INTERVAL_MS = 5 * 60_000;
/** However many signs there are that something is wrong, they are looked into at most this often. */
const PROBE_GAP_MS = 4_000;
/** For the answer to a ping: longer than a cold start. It doubles while socket after socket never answers one. */
const PATIENCE_MS = { shortest: 5_000, longest: 20_000 };

export interface LivenessOptions {
  /** Sends a ping and waits for its reply, whatever it says. */
  ping: (socket: ChatSocket) => Promise<void>;
  onSessionExpired: () => void;
}

export interface Liveness {
  /**
   * Look after `socket` until it is closed.
   *
   * @param atOnce - ask now; otherwise what is read over the socket shows by itself whether it answers
   */
  watch(socket: ChatSocket, atOnce: boolean): void;
  /** There is reason to doubt: ask now. A hint is never believed, only looked into. */
  check(): void;
}

interface Watched {
  probing: boolean;
  /** Whether another probe is due once it may be made. */
  again: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export function watchLiveness({ ping, onSessionExpired }: LivenessOptions): Liveness {
  const sockets = new Map<ChatSocket, Watched>();
  let patience = PATIENCE_MS.shortest;

  function schedule(socket: ChatSocket, watched: Watched, delay: number): void {
    clearTimeout(watched.timer);
    watched.timer = setTimeout(() => void probe(socket, watched), delay);
  }

  async function probe(socket: ChatSocket, watched: Watched): Promise<void> {
    watched.probing = true;
    watched.again = false;
    clearTimeout(watched.timer);
    const gap = new Promise<void>((resolve) => setTimeout(resolve, PROBE_GAP_MS));
    if (!(await answers(socket))) {
      patience = Math.min(2 * patience, PATIENCE_MS.longest);
      return socket.close();
    }
    if (sockets.has(socket)) schedule(socket, watched, PING_INTERVAL_MS);
    await gap;
    watched.probing = false;
    if (watched.again && sockets.has(socket)) void probe(socket, watched);
  }

  async function answers(socket: ChatSocket): Promise<boolean> {
    // An answer that takes longer than usual is no reason to be less patient the next time.
    const quick = setTimeout(() => (slow = true), PATIENCE_MS.shortest);
    const before = socket.heard();
    let slow = false;
    try {
      await withDeadline(ping(socket), patience, () => new Error("no answer"));
      if (!slow) patience = PATIENCE_MS.shortest;
      return true;
    } catch (error) {
      if (error instanceof SessionExpired) onSessionExpired();
      // A server that has more to do than it can is there. To come to it anew would be more still.
      return error instanceof RequestRefused || socket.heard() > before;
    } finally {
      clearTimeout(quick);
    }
  }

  return {
    watch(socket, atOnce) {
      const watched: Watched = { probing: false, again: false, timer: undefined };
      sockets.set(socket, watched);
      void socket.closed.then(() => {
        clearTimeout(watched.timer);
        sockets.delete(socket);
      });
      if (atOnce) void probe(socket, watched);
      else schedule(socket, watched, PING_INTERVAL_MS);
    },
    check() {
      for (const [socket, watched] of sockets) {
        if (watched.probing) watched.again = true;
        else void probe(socket, watched);
      }
    },
  };
}
