/** One WebSocket speaking protocol v2: requests matched with their replies, pushes handed on. */
import { ConnectionLost, HandshakeFailed, RequestRefused } from "@/protocol/errors";
import {
  parseFrame,
  type AccountPush,
  type Action,
  type Actions,
  type Change,
  type Message,
  type Notice,
  type PresencePush,
  type Reply,
  type ServerFrame,
} from "@/protocol/frames";
import { requests, type Requests } from "./requests";

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
  /** How many frames have come over it: whatever comes shows that somebody is there. */
  heard(): number;
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
  /** A request has waited unusually long, and nothing came meanwhile: perhaps nobody is at the other end. */
  onSlowReply: () => void;
  onMessages: (messages: readonly Message[]) => void;
  onChanges: (changes: readonly Change[]) => void;
  onNotices: (notices: readonly Notice[]) => void;
  onPresence: (push: PresencePush) => void;
  onAccount: (push: AccountPush) => void;
}

export const HANDSHAKE_TIMEOUT_MS = 10_000;
const NORMAL_CLOSURE = 1000;
/** What a socket that never opened is closed with (RFC 6455 §7.1.5). */
const ABNORMAL_CLOSURE = 1006;

/** Open a socket; rejects with HandshakeFailed. */
export function openSocket(options: SocketOptions): Promise<ChatSocket> {
  const webSocket = options.createWebSocket(options.url, options.protocols);
  const waiting = requests();
  let closeCode: number | null = null;
  let heard = 0;
  let announceClose: (code: number) => void;
  const closed = new Promise<number>((resolve) => (announceClose = resolve));

  function request<A extends Action>(action: A, data: Actions[A], token?: string): Promise<Reply> {
    if (closeCode !== null) return Promise.reject(new ConnectionLost(closeCode));
    const requestId = options.newRequestId();
    const before = heard;
    // A ping is itself the question whether anybody is there, and whatever came meanwhile has answered it.
    const reply = waiting.wait(requestId, () => action !== "ping" && heard === before && options.onSlowReply());
    webSocket.send(JSON.stringify({ action, requestId, token, data }));
    return reply;
  }

  function finish(code: number): void {
    if (closeCode !== null) return;
    closeCode = code;
    waiting.rejectAll(() => new ConnectionLost(code));
    announceClose(code);
  }

  function close(): void {
    webSocket.close(NORMAL_CLOSURE);
    // A dead network never delivers the close event; nothing may wait for it.
    finish(NORMAL_CLOSURE);
  }

  return new Promise((resolve, reject) => {
    const timer = setTimeout(close, HANDSHAKE_TIMEOUT_MS);
    closed.then(() => reject(new HandshakeFailed()));
    webSocket.onopen = () => {
      clearTimeout(timer);
      resolve({ request, closed, heard: () => heard, drained: waiting.drained, close });
    };
    webSocket.onmessage = (event: { data: unknown }) => {
      heard++;
      const frame = typeof event.data === "string" && closeCode === null ? parseFrame(event.data) : null;
      if (frame) receive(frame, waiting, options);
    };
    webSocket.onclose = (event: { code?: number }) => {
      clearTimeout(timer);
      finish(event.code ?? ABNORMAL_CLOSURE);
    };
  });
}

/** Hand a frame on: to whom waits for it, and to those who are told of everything. */
function receive(frame: ServerFrame, waiting: Requests, options: SocketOptions): void {
  const { onMessages, onChanges, onNotices, onPresence, onAccount } = options;
  switch (frame.type) {
    case "gatewayError":
      // It carries the gateway's own request id, so it can be matched only when a single request waits.
      return waiting.reject(waiting.only(), new RequestRefused("INTERNAL", frame.message));
    case "error": {
      const { code, message, retryAfterMs } = frame.data;
      return waiting.reject(frame.requestId, new RequestRefused(code, message, retryAfterMs));
    }
    case "presence":
    case "typing":
      return onPresence(frame);
    case "read":
    case "membership":
    case "block":
      return onAccount(frame);
    case "newMessage":
      onMessages([frame.data]);
      break;
    case "newMessages":
      onMessages(frame.data);
      break;
    case "change":
      onChanges([frame.data]);
      break;
    case "changes":
      onChanges(frame.data);
      break;
    case "notice":
      onNotices([frame.data]);
  }
  waiting.resolve(frame.requestId, frame);
}
