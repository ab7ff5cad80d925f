/** Keeps one socket open: reconnects with back-off, and replaces it before the gateway's limit. */
import { HandshakeFailed, SessionExpired } from "@/protocol/errors";
import { pause } from "@/protocol/wait";
import { backoffMs } from "./backoff";
import { replacementDelayMs, REPLACE_RETRY_MS } from "./replacement";
import type { ChatSocket } from "./socket";
import { wakeablePause } from "./wakeablePause";

export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  /** The next attempt starts at `retryAt` (epoch milliseconds). */
  | { readonly kind: "waiting"; readonly retryAt: number }
  /** The same, while the browser says that there is no network. It may be wrong: attempts go on. */
  | { readonly kind: "offline" }
  | { readonly kind: "stopped" };

export interface LinkOptions {
  /** Opens a socket; `attempt` counts the failed attempts before it. */
  open: (attempt: number) => Promise<ChatSocket>;
  /** A socket can be used, and is from now on. */
  onSocket: (socket: ChatSocket) => void;
  /** Makes a fresh socket good to look at: the room on the screen is caught up. */
  prepare: (socket: ChatSocket) => Promise<void>;
  /** Resolves once the socket serves every room, so that it can take over from another without a gap. */
  complete: (socket: ChatSocket) => Promise<void>;
  onState: (state: LinkState) => void;
  onSessionExpired: () => void;
  now: () => number;
  random: () => number;
}

export interface Link {
  /** The socket in use, or null while there is none. */
  readonly socket: ChatSocket | null;
  /** Ends the pause before the next attempt. */
  retryNow(): void;
  /** Tell what the browser says of the network: it is shown, and tried. */
  setNetwork(available: boolean): void;
  /** The session is over: stop, and say so. */
  expire(): void;
  stop(): void;
}

const DRAIN_LIMIT_MS = 5_000;
/** A connection that lives this long was a good one: the back-off starts again from the beginning. */
const STABLE_AFTER_MS = 10_000;

export function keepLink(options: LinkOptions): Link {
  let stopped = false;
  let networkAvailable = true;
  let current: ChatSocket | null = null;
  let retryAt: number | null = null;
  const sockets = new Set<ChatSocket>();
  const retrying = wakeablePause();

  async function run(): Promise<void> {
    for (let attempt = 0; !stopped; attempt++) {
      options.onState({ kind: "connecting" });
      const openedAt = await connect(attempt);
      if (stopped) return;
      if (openedAt !== null && options.now() - openedAt >= STABLE_AFTER_MS) attempt = 0;
      const delay = backoffMs(attempt + 1, options.random());
      retryAt = options.now() + delay;
      tellWaiting();
      await retrying.start(delay);
      retryAt = null;
    }
  }

  function tellWaiting(): void {
    if (retryAt === null || stopped) return;
    options.onState(networkAvailable ? { kind: "waiting", retryAt } : { kind: "offline" });
  }

  /** Hold a connection until it is lost; the time it became usable at, or null when it never did. */
  async function connect(attempt: number): Promise<number | null> {
    const socket = await opened(attempt);
    if (!socket) return null;
    current = socket;
    options.onSocket(socket);
    try {
      if (!(await prepared(socket)) || stopped) return null;
      options.onState({ kind: "online" });
      const openedAt = options.now();
      await holdAndReplace();
      return openedAt;
    } finally {
      current = null;
      socket.close();
    }
  }

  async function opened(attempt: number): Promise<ChatSocket | null> {
    try {
      const socket = await options.open(attempt);
      sockets.add(socket);
      void socket.closed.then(() => sockets.delete(socket));
      if (!stopped) return socket;
      socket.close();
    } catch (error) {
      if (error instanceof SessionExpired) expire();
    }
    return null;
  }

  /** Whether the room on the screen is caught up; a socket that fails at it is closed. */
  async function prepared(socket: ChatSocket): Promise<boolean> {
    const lost = socket.closed.then(() => Promise.reject(new HandshakeFailed()));
    try {
      await Promise.race([options.prepare(socket), lost]);
      return true;
    } catch (error) {
      if (error instanceof SessionExpired) expire();
      socket.close();
      return false;
    }
  }

  /** Resolves when the socket, or the last of its successors, is closed. */
  async function holdAndReplace(): Promise<void> {
    let socket: ChatSocket | null = current;
    while (socket && !stopped) {
      const ended = new AbortController();
      void replaceInTime(socket, ended.signal);
      await socket.closed;
      ended.abort();
      socket = current === socket ? null : current;
    }
  }

  async function replaceInTime(old: ChatSocket, ended: AbortSignal): Promise<void> {
    await pause(replacementDelayMs(options.random()));
    while (!ended.aborted && !(await replace(old, ended))) await pause(REPLACE_RETRY_MS);
  }

  /** Whether a successor is in use now. */
  async function replace(old: ChatSocket, ended: AbortSignal): Promise<boolean> {
    const next = await opened(0);
    if (!next) return false;
    const usable = (await prepared(next)) && (await completed(next));
    if (!usable || ended.aborted || stopped) {
      next.close();
      return false;
    }
    current = next;
    options.onSocket(next);
    await Promise.race([old.drained(), pause(DRAIN_LIMIT_MS)]);
    old.close();
    return true;
  }

  async function completed(socket: ChatSocket): Promise<boolean> {
    return Promise.race([
      options.complete(socket).then(
        () => true,
        () => false,
      ),
      socket.closed.then(() => false),
    ]);
  }

  function expire(): void {
    if (stopped) return;
    stop();
    options.onSessionExpired();
  }

  function stop(): void {
    stopped = true;
    retrying.wake();
    for (const socket of sockets) socket.close();
    options.onState({ kind: "stopped" });
  }

  void run();
  return {
    get socket() {
      return current;
    },
    retryNow: () => retrying.wake(),
    setNetwork(available) {
      const came = available && !networkAvailable;
      networkAvailable = available;
      tellWaiting();
      if (came) retrying.wake();
    },
    expire,
    stop,
  };
}
