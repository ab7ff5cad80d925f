/** Keeps one socket open: reconnects with back-off, replaces it before the gateway's limit, notices when it is dead. */
import { backoffMs } from "./backoff";
import { HandshakeFailed, SessionExpired } from "@/protocol/errors";
import type { ChatSocket } from "./socket";

export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  /** The next attempt starts at `retryAt` (epoch milliseconds). */
  | { readonly kind: "waiting"; readonly retryAt: number }
  /** The browser reports no network. */
  | { readonly kind: "offline" }
  | { readonly kind: "stopped" };

export interface LinkOptions {
  /** Opens a socket; `attempt` counts the failed attempts before it. */
  open: (attempt: number) => Promise<ChatSocket>;
  /** Makes a fresh socket usable: the room on the screen is caught up. */
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
  /** Tell whether the browser has a network. */
  setNetwork(available: boolean): void;
  /** Replace the socket if it no longer answers. */
  verify(): Promise<void>;
  stop(): void;
}

/** Below API Gateway's idle limit of 10 min, with room for a throttled timer in a hidden tab. */
export const PING_INTERVAL_MS = 4 * 60_000;
/** Longer than a cold start of the function that answers. */
const PING_TIMEOUT_MS = 10_000;
/** API Gateway closes after 2 h; the successor opens at a random time in this window. */
export const REPLACE_AFTER_MS = { earliest: 105 * 60_000, latest: 115 * 60_000 };
const REPLACE_RETRY_MS = 60_000;
const DRAIN_LIMIT_MS = 5_000;
/** A connection that lives this long was a good one: the back-off starts again from the beginning. */
const STABLE_AFTER_MS = 10_000;

export function keepLink(options: LinkOptions): Link {
  let stopped = false;
  let networkAvailable = true;
  let current: ChatSocket | null = null;
  let wake: () => void = () => undefined;

  /** Resolves after `milliseconds`, at `retryNow`, at a change of network, or at the stop. */
  function pause(milliseconds?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function openPrepared(attempt: number): Promise<ChatSocket> {
    const socket = await options.open(attempt);
    try {
      if (stopped) throw new HandshakeFailed();
      await options.prepare(socket);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  async function run(): Promise<void> {
    let attempt = 0;
    while (!stopped) {
      options.onState({ kind: "connecting" });
      const openedAt = await connect(attempt);
      if (openedAt !== null && options.now() - openedAt >= STABLE_AFTER_MS) attempt = 0;
      if (stopped) return;
      attempt += 1;
      await waitForNextAttempt(attempt);
    }
  }

  async function waitForNextAttempt(attempt: number): Promise<void> {
    if (!networkAvailable) {
      options.onState({ kind: "offline" });
      return pause();
    }
    const delay = backoffMs(attempt, options.random());
    options.onState({ kind: "waiting", retryAt: options.now() + delay });
    return pause(delay);
  }

  /** Hold a connection until it is lost; the time it opened at, or null when it never did. */
  async function connect(attempt: number): Promise<number | null> {
    try {
      current = await openPrepared(attempt);
    } catch (error) {
      if (error instanceof SessionExpired) expire();
      return null;
    }
    if (stopped) {
      current.close();
      current = null;
      return null;
    }
    const openedAt = options.now();
    options.onState({ kind: "online" });
    await holdAndReplace();
    return openedAt;
  }

  /** Resolves when the socket, or the last of its successors, is closed. */
  async function holdAndReplace(): Promise<void> {
    const ping = setInterval(() => void verify(), PING_INTERVAL_MS);
    let successor = scheduleReplacement();
    try {
      for (;;) {
        const socket = current as ChatSocket;
        await socket.closed;
        if (socket === current) {
          current = null;
          return;
        }
        clearTimeout(successor);
        successor = scheduleReplacement();
      }
    } finally {
      clearInterval(ping);
      clearTimeout(successor);
    }
  }

  function scheduleReplacement(): ReturnType<typeof setTimeout> {
    const { earliest, latest } = REPLACE_AFTER_MS;
    return setTimeout(() => void replace(), earliest + options.random() * (latest - earliest));
  }

  async function replace(): Promise<void> {
    const old = current;
    if (!old) return;
    try {
      const next = await openPrepared(0);
      await options.complete(next);
      if (stopped || current !== old) return next.close();
      current = next;
      await Promise.race([old.drained(), new Promise((resolve) => setTimeout(resolve, DRAIN_LIMIT_MS))]);
      old.close();
    } catch (error) {
      if (error instanceof SessionExpired) return expire();
      setTimeout(() => current === old && void replace(), REPLACE_RETRY_MS);
    }
  }

  async function verify(): Promise<void> {
    const socket = current;
    if (!socket) return;
    const timedOut = new Promise<"dead">((resolve) => setTimeout(() => resolve("dead"), PING_TIMEOUT_MS));
    const alive = socket.request("ping", undefined).then(
      () => "alive" as const,
      () => "dead" as const,
    );
    if ((await Promise.race([alive, timedOut])) === "dead") socket.close();
  }

  function expire(): void {
    stop();
    options.onSessionExpired();
  }

  function stop(): void {
    stopped = true;
    wake();
    current?.close();
    options.onState({ kind: "stopped" });
  }

  void run();
  return {
    get socket() {
      return current;
    },
    retryNow: () => wake(),
    setNetwork(available) {
      networkAvailable = available;
      if (!available) current?.close();
      wake();
    },
    verify,
    stop,
  };
}
