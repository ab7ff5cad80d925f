/** Sends what is in the outbox: of one room in the order of writing, one message after the other; rooms side by side. */
import type { Call } from "@/protocol/call";
import type { ChatSocket } from "@/protocol/connection/socket";
import { ConnectionLost, RequestRefused } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import { pause } from "@/protocol/wait";
import { deliver, SendFailed } from "./delivery";
import type { OutboxEntry, SendFailure } from "./outbox";

export interface OutboxState {
  pendingEntries: () => readonly OutboxEntry[];
  /** The server has stored the entry as this message. */
  delivered: (entry: OutboxEntry, message: Message) => void;
  sendFailed: (clientMessageId: string, reason: SendFailure) => void;
  /** The user sends too much: what is pending waits for so long, then goes by itself. */
  sendLimited: (milliseconds: number) => void;
  /** Whether `@here` in the entry is to address everybody: it is there, and its author may. */
  mentionsHere: (entry: OutboxEntry) => boolean;
}

interface SenderOptions {
  state: OutboxState;
  call: Call;
  /** The socket in use, or null while there is none. */
  socket: () => ChatSocket | null;
  random: () => number;
  onTrouble: (socket: ChatSocket, error: unknown) => void;
}

/** Close code of a frame over API Gateway's limit of 32 KB. */
const MESSAGE_TOO_BIG = 1009;
/** A longer content may have made the frame too big; a shorter one has only shared the socket with it. */
const SUSPICIOUS_BYTES = 8 * 1024;

/** Discarded meanwhile, or found in the history. */
class Withdrawn extends Error {}

export function sender({ state, call, socket, random, onTrouble }: SenderOptions) {
  const busy = new Set<string>();

  /** Send what is pending; what cannot go now goes with the next connection. */
  function flush(): void {
    for (const { roomId } of state.pendingEntries()) if (!busy.has(roomId)) void sendRoom(roomId);
  }

  async function sendRoom(roomId: string): Promise<void> {
    busy.add(roomId);
    let lost: ChatSocket | null = null;
    for (;;) {
      const current = socket();
      const entry = state.pendingEntries().find((pending) => pending.roomId === roomId);
      if (!entry || !current || current === lost) break;
      if (!(await sent(current, entry))) lost = current;
    }
    busy.delete(roomId);
  }

  /** Whether the entry is through with: delivered or failed. Otherwise the socket was lost over it. */
  async function sent(current: ChatSocket, entry: OutboxEntry): Promise<boolean> {
    try {
      const message = await deliver(() => sendOnce(current, entry), { pause, limited: state.sendLimited, random });
      state.delivered(entry, message);
      return true;
    } catch (error) {
      if (error instanceof Withdrawn) return true;
      if (error instanceof SendFailed) {
        state.sendFailed(entry.clientMessageId, error.reason);
        return true;
      }
      if (error instanceof ConnectionLost && error.closeCode === MESSAGE_TOO_BIG && isLong(entry)) {
        state.sendFailed(entry.clientMessageId, "CONTENT_TOO_LONG");
        return true;
      }
      onTrouble(current, error);
      return false;
    }
  }

  async function sendOnce(current: ChatSocket, entry: OutboxEntry): Promise<Message> {
    const { roomId, content, clientMessageId, replyTo } = entry;
    if (!state.pendingEntries().some((pending) => pending.clientMessageId === clientMessageId)) throw new Withdrawn();
    const answers = replyTo === undefined ? {} : { replyTo };
    const here = state.mentionsHere(entry) ? { mentionsHere: true as const } : {};
    const said = { content: content.toWellFormed(), roomId, clientMessageId, ...answers, ...here };
    const reply = await call(current, "sendMessage", said);
    if (reply.type !== "newMessage") throw new RequestRefused("INTERNAL");
    return reply.data;
  }

  return { flush };
}

function isLong({ content }: OutboxEntry): boolean {
  return new TextEncoder().encode(JSON.stringify(content)).length > SUSPICIOUS_BYTES;
}
