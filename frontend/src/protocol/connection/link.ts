/** Keeps one socket in use: reconnects with back-off, and replaces it before the gateway's limit. */
import { backoffMs } from "./backoff";
import { opening, type OpeningOptions } from "./opening";
import { replaceInTime } from "./replacement";
import { retryPause } from "./retryPause";
import type { ChatSocket } from "./socket";

export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  /** The next attempt starts at `retryAt` (epoch milliseconds). */
  | { readonly kind: "waiting"; readonly retryAt: number }
  /** The same, while the browser says that there is no network. It may be wrong: attempts go on. */
  | { readonly kind: "offline" }
  | { readonly kind: "stopped" };

export interface LinkOptions extends OpeningOptions {
  /** A socket can be used, and is from now on. */
  onSocket: (socket: ChatSocket) => void;
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

/** A connection that lives this long was a good one: the back-off starts again from the beginning. */
const STABLE_AFTER_MS = 10_000;

export function keepLink(options: LinkOptions): Link {
  let stopped = false;
  let current: ChatSocket | null = null;
  const sockets = opening(options, expire);
  const waiting = retryPause(options);

  async function run(): Promise<void> {
    for (let attempt = 0; !stopped; attempt++) {
      options.onState({ kind: "connecting" });
      const openedAt = await connect(attempt);
      if (stopped) return;
      if (openedAt !== null && options.now() - openedAt >= STABLE_AFTER_MS) attempt = 0;
      await waiting.start(backoffMs(attempt + 1, options.random()));
    }
  }

  /** Hold a connection until it is lost; the time it became usable at, or null when it never did. */
  async function connect(attempt: number): Promise<number | null> {
    const socket = await sockets.opened(attempt);
    if (!socket) return null;
    use(socket);
    try {
      if (!(await sockets.prepared(socket)) || stopped) return null;
      options.onState({ kind: "online" });
      const openedAt = options.now();
      await holdAndReplace();
      return openedAt;
    } finally {
      current = null;
    }
  }

  function use(socket: ChatSocket): void {
    current = socket;
    options.onSocket(socket);
  }

  /** Resolves when the socket, or the last of its successors, is closed. */
  async function holdAndReplace(): Promise<void> {
    for (let socket = current; socket && !stopped; socket = current === socket ? null : current) {
      const ended = new AbortController();
      const { openComplete } = sockets;
      void replaceInTime(socket, ended.signal, { openComplete, use, random: options.random });
      await socket.closed;
      ended.abort();
    }
  }

  function expire(): void {
    if (stopped) return;
    stop();
    options.onSessionExpired();
  }

  function stop(): void {
    stopped = true;
    waiting.end();
    sockets.closeAll();
    options.onState({ kind: "stopped" });
  }

  void run();
  return {
    get socket() {
      return current;
    },
    retryNow: waiting.end,
    setNetwork: waiting.setNetwork,
    expire,
    stop,
  };
}
