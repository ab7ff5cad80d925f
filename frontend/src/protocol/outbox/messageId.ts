import { v7 } from "uuid";

/** A new UUIDv7 (RFC 9562) whose time is `now` (epoch milliseconds): idempotency key and order of a message. */
export function newMessageId(now: number): string {
  return v7({ msecs: now });
}

/** The time in a UUIDv7, as epoch milliseconds. */
export function timeOfMessageId(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
}
