/** The way of one outbox entry to its acknowledgement on one socket. */
import { backoffMs } from "@/protocol/connection/backoff";
import { mayPass, RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import type { SendFailure } from "./outbox";

export interface DeliveryPort {
  pause: (milliseconds: number) => Promise<void>;
  /** The server said when to come back, and that is waited for. */
  limited: (milliseconds: number) => void;
  random: () => number;
}

const MAX_ATTEMPTS = 5;
/** Where the server says when to come back, it is believed; not for ever. */
const MAX_WAITS = 20;
const LONGEST_WAIT_MS = 5 * 60_000;

/** The server will not take the message as it is. */
export class SendFailed extends Error {
  constructor(readonly reason: SendFailure) {
    super(reason);
    this.name = "SendFailed";
  }
}

/**
 * Send an entry until it is stored, repeating it when that may help: the server stores an id once.
 *
 * @throws SendFailed - it was refused, or every attempt failed
 * @throws ConnectionLost, SessionExpired - it stays pending for the next connection
 */
export async function deliver(send: () => Promise<Message>, { pause, limited, random }: DeliveryPort): Promise<Message> {
  let waits = 0;
  for (let attempt = 1; ; ) {
    try {
      return await send();
    } catch (error) {
      const askedToWait = error instanceof RequestRefused && error.code === "RATE_LIMITED" ? error.retryAfterMs : undefined;
      if (askedToWait !== undefined && ++waits < MAX_WAITS) {
        const wait = Math.min(askedToWait, LONGEST_WAIT_MS);
        limited(wait);
        await pause(wait);
        continue;
      }
      const reason = failureOf(error);
      if (!mayPass(error) || attempt >= MAX_ATTEMPTS) throw new SendFailed(reason);
      await pause(backoffMs(attempt++, random()));
    }
  }
}

function failureOf(error: unknown): SendFailure {
  if (error instanceof RequestRefused) return error.code;
  if (error instanceof RequestTimedOut) return "NO_REPLY";
  throw error;
}
