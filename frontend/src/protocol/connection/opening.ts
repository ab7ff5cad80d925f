/** Opens sockets and makes them good to look at; knows all that are open, so that none outlives the session. */
import { HandshakeFailed, SessionExpired } from "@/protocol/errors";
import type { ChatSocket } from "./socket";

export interface OpeningOptions {
  /** Opens a socket; `attempt` counts the failed attempts before it. */
  open: (attempt: number) => Promise<ChatSocket>;
  /** Makes a fresh socket good to look at: the room on the screen is caught up. */
  prepare: (socket: ChatSocket) => Promise<void>;
  /** Resolves once the socket serves every room, so that it can take over from another without a gap. */
  complete: (socket: ChatSocket) => Promise<void>;
}

export function opening({ open, prepare, complete }: OpeningOptions, expire: () => void) {
  const sockets = new Set<ChatSocket>();
  let stopped = false;

  /** A fresh socket; null when there is none to be had. */
  async function opened(attempt: number): Promise<ChatSocket | null> {
    try {
      const socket = await open(attempt);
      sockets.add(socket);
      void socket.closed.then(() => sockets.delete(socket));
      if (!stopped) return socket;
      socket.close();
    } catch (error) {
      if (error instanceof SessionExpired) expire();
    }
    return null;
  }

  /** Whether `work` is done on `socket`; one that fails at it, or is lost over it, is closed. */
  async function succeeds(socket: ChatSocket, work: (socket: ChatSocket) => Promise<void>): Promise<boolean> {
    const lost = socket.closed.then(() => Promise.reject(new HandshakeFailed()));
    try {
      await Promise.race([work(socket), lost]);
      return true;
    } catch (error) {
      if (error instanceof SessionExpired) expire();
      socket.close();
      return false;
    }
  }

  return {
    opened,
    prepared: (socket: ChatSocket) => succeeds(socket, prepare),
    /** A socket that serves every room; null when that fails. */
    async openComplete(): Promise<ChatSocket | null> {
      const socket = await opened(0);
      return socket && (await succeeds(socket, prepare)) && (await succeeds(socket, complete)) ? socket : null;
    },
    closeAll() {
      stopped = true;
      for (const socket of sockets) socket.close();
    },
  };
}
