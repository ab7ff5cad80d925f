/** Messages the user has sent and the server has not acknowledged yet. All functions are pure. */
import type { ErrorCode, Message } from "@/protocol/frames";

export type SendFailure = ErrorCode | "NO_REPLY";

export interface OutboxEntry {
  /** A UUID; the server stores one message for it, however often it is sent. */
  readonly clientMessageId: string;
  readonly roomId: string;
  readonly content: string;
  /** Sort key of the message that it answers. */
  readonly replyTo?: string | undefined;
  /** Why it was given up until the user retries; null while it is pending. */
  readonly failure: SendFailure | null;
}
export type Outbox = readonly OutboxEntry[];

export function queue(outbox: Outbox, entry: OutboxEntry): Outbox {
  return outbox.some((known) => known.clientMessageId === entry.clientMessageId) ? outbox : [...outbox, entry];
}

export function fail(outbox: Outbox, clientMessageId: string, failure: SendFailure): Outbox {
  return changed(outbox, clientMessageId, { failure });
}

export function retry(outbox: Outbox, clientMessageId: string): Outbox {
  return changed(outbox, clientMessageId, { failure: null });
}

export function discard(outbox: Outbox, clientMessageId: string): Outbox {
  return outbox.filter((entry) => entry.clientMessageId !== clientMessageId);
}

/** Without the entries that turn out to be stored, by whichever way their message arrived. */
export function settle(outbox: Outbox, messages: readonly Message[]): Outbox {
  if (outbox.length === 0) return outbox;
  const arrived = new Set(messages.map((message) => message.clientMessageId ?? message.messageId));
  const open = outbox.filter((entry) => !arrived.has(entry.clientMessageId));
  return open.length === outbox.length ? outbox : open;
}

function changed(outbox: Outbox, clientMessageId: string, change: Partial<OutboxEntry>): Outbox {
  return outbox.map((entry) => (entry.clientMessageId === clientMessageId ? { ...entry, ...change } : entry));
}
