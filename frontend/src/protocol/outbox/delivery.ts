/** The way of one outbox entry to its acknowledgement. */
import { backoffMs } from "@/protocol/connection/backoff";
import { RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import { timeOfMessageId } from "./messageId";
import type { OutboxEntry, SendFailure } from "./outbox";
import { sortKeyOf, type FetchPage } from "@/protocol/rooms/recovery";

export interface DeliveryPort {
  /** Sends the entry; resolves with the message the server stored. */
  send: (entry: OutboxEntry) => Promise<Message>;
  /** Reads history of the entry's room. */
  fetchPage: FetchPage;
  /** Gives the entry a fresh id and returns it. */
  remint: (entry: OutboxEntry) => OutboxEntry;
  pause: (milliseconds: number) => Promise<void>;
  random: () => number;
}

/** Trouble that passes: the same frame may be accepted a moment later. */
const PASSING: ReadonlySet<SendFailure> = new Set(["INTERNAL", "RATE_LIMITED", "NO_REPLY"]);
const MAX_ATTEMPTS = 5;
/** Far more messages than one millisecond of one room holds. */
const LOOK_UP_LIMIT = 25;

/** The server will not take the message as it is. */
export class SendFailed extends Error {
  constructor(readonly reason: SendFailure) {
    super(reason);
    this.name = "SendFailed";
  }
}

/**
 * Send `entry` until it is stored, repeating it with the same id when that may help.
 *
 * @throws SendFailed - it was refused, or every attempt failed
 * @throws ConnectionLost, SessionExpired - it stays pending for the next connection
 */
export async function deliver(entry: OutboxEntry, port: DeliveryPort): Promise<Message> {
  let current = entry;
  for (let attempt = 1; ; attempt++) {
    try {
      return await port.send(current);
    } catch (error) {
      const reason = failureOf(error);
      if (reason === "CLOCK_SKEW" && current === entry) {
        // The id is too old. An earlier try may have been stored though its acknowledgement was lost.
        const stored = await lookUp(current, port.fetchPage);
        if (stored) return stored;
        current = port.remint(current);
      } else if (PASSING.has(reason) && attempt < MAX_ATTEMPTS) {
        await port.pause(backoffMs(attempt, port.random()));
      } else {
        throw new SendFailed(reason);
      }
    }
  }
}

/** Its sort key follows from its id, so one page tells whether the message is stored. */
async function lookUp(entry: OutboxEntry, fetchPage: FetchPage): Promise<Message | undefined> {
  const justBefore = sortKeyOf(timeOfMessageId(entry.clientMessageId) - 1, entry.clientMessageId);
  const page = await fetchPage({ after: justBefore, limit: LOOK_UP_LIMIT });
  return page.messages.find((message) => message.messageId === entry.clientMessageId);
}

function failureOf(error: unknown): SendFailure {
  if (error instanceof RequestRefused) return error.code;
  if (error instanceof RequestTimedOut) return "NO_REPLY";
  throw error;
}
