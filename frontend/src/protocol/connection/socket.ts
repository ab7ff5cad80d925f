/** One WebSocket speaking protocol v2: requests matched with their replies, pushes handed on. */
import { ConnectionLost, HandshakeFailed, RequestRefused, RequestTimedOut } from "@/protocol/errors";
import {
  parseFrame,
  type Action,
  type Actions,
  type Message,
  type PresencePush,
  type Reply,
  type ServerFrame,
} from "@/protocol/frames";

/** The part of the browser's WebSocket that is used. */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}
export type CreateWebSocket = (url: string, protocols: string[]) => WebSocketLike;

export interface ChatSocket {
  /**
   * Send a frame and wait for its reply.
   *
   * @throws RequestRefused, RequestTimedOut, ConnectionLost
   */
  request<A extends Action>(action: A, data: Actions[A], token?: string): Promise<Reply>;
  /** Resolves with the close code once the socket is closed, by whichever side. */
  readonly closed: Promise<number>;
  /** Resolves once no request waits for its reply. */
  drained(): Promise<void>;
  close(): void;
}

export interface SocketOptions {
  createWebSocket: CreateWebSocket;
  url: string;
  protocols: string[];
  /** Gives request ids, unique on this socket. */
  newRequestId: () => string;
  /** A request has waited unusually long: perhaps nobody is at the other end. */
  onSlowReply: () => void;
  onMessages: (messages: readonly Message[]) => void;
  onPresence: (push: PresencePush) => void;
}

/** API Gateway gives up on an integration after 29 s, most replies take milliseconds: between a slow one and a lost one. */
export const REPLY_TIMEOUT_MS = 15_000;
/** Most replies take milliseconds, a cold start of a function one to three seconds. */
export const SLOW_REPLY_MS = 3_000;
export const HANDSHAKE_TIMEOUT_MS = 10_000;
const NORMAL_CLOSURE = 1000;
/** What a socket that never opened is closed with (RFC 6455 §7.1.5). */
const ABNORMAL_CLOSURE = 1006;

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
  timers: ReturnType<typeof setTimeout>[];
}

/** Open a socket; rejects with HandshakeFailed. */
export function openSocket(options: SocketOptions): Promise<ChatSocket> {
  const webSocket = options.createWebSocket(options.url, options.protocols);
  const waiting = new Map<string, Waiting>();
  const drainListeners: (() => void)[] = [];
  let closeCode: number | null = null;
  let announceClose: (code: number) => void;
  const closed = new Promise<number>((resolve) => (announceClose = resolve));

  function take(requestId: string | undefined): Waiting | undefined {
    const entry = requestId === undefined ? undefined : waiting.get(requestId);
    if (!entry || requestId === undefined) return undefined;
    entry.timers.forEach(clearTimeout);
    waiting.delete(requestId);
    if (waiting.size === 0) drainListeners.splice(0).forEach((listener) => listener());
    return entry;
  }

  function receive(frame: ServerFrame): void {
    if (frame.type === "gatewayError") {
      // It carries the gateway's own request id, so it can be matched only when a single request waits.
      if (waiting.size === 1) take(waiting.keys().next().value)?.reject(new RequestRefused("INTERNAL", frame.message));
      return;
    }
    if (frame.type === "presence" || frame.type === "typing") return options.onPresence(frame);
    if (frame.type === "newMessage") options.onMessages([frame.data]);
    if (frame.type === "newMessages") options.onMessages(frame.data);
    const entry = take(frame.requestId);
    if (frame.type !== "error") return entry?.resolve(frame);
    entry?.reject(new RequestRefused(frame.data.code, frame.data.message, frame.data.retryAfterMs));
  }

  function request<A extends Action>(action: A, data: Actions[A], token?: string): Promise<Reply> {
    if (closeCode !== null) return Promise.reject(new ConnectionLost(closeCode));
    const requestId = options.newRequestId();
    return new Promise((resolve, reject) => {
      const timers = [
        // A ping is itself the question whether anybody is there.
        ...(action === "ping" ? [] : [setTimeout(options.onSlowReply, SLOW_REPLY_MS)]),
        setTimeout(() => take(requestId)?.reject(new RequestTimedOut()), REPLY_TIMEOUT_MS),
      ];
      waiting.set(requestId, { resolve, reject, timers });
      webSocket.send(JSON.stringify({ action, requestId, token, data }));
    });
  }

  function finish(code: number): void {
    if (closeCode !== null) return;
    closeCode = code;
    for (const requestId of [...waiting.keys()]) take(requestId)?.reject(new ConnectionLost(code));
    announceClose(code);
  }

  const socket: ChatSocket = {
    request,
    closed,
    drained: () =>
      waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => drainListeners.push(resolve)),
    close() {
      webSocket.close(NORMAL_CLOSURE);
      // A dead network never delivers the close event; nothing may wait for it.
      finish(NORMAL_CLOSURE);
    },
  };

  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.close(), HANDSHAKE_TIMEOUT_MS);
    closed.then(() => reject(new HandshakeFailed()));
    webSocket.onopen = () => {
      clearTimeout(timer);
      resolve(socket);
    };
    webSocket.onmessage = (event: { data: unknown }) => {
      const frame = typeof event.data === "string" && closeCode === null ? parseFrame(event.data) : null;
      if (frame) receive(frame);
    };
    webSocket.onclose = (event: { code?: number }) => {
      clearTimeout(timer);
      finish(event.code ?? ABNORMAL_CLOSURE);
    };
  });
}
