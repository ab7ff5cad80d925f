/** Who types in one room, as far as it is known. All functions are pure; times in epoch milliseconds of this device. */
import type { Member } from "@/protocol/frames";

interface Typist extends Member {
  /** Shown until then. */
  readonly until: number;
  /** Not shown again before: what comes in until then was overtaken by the message it announced. */
  readonly notBefore: number;
}
/** By `userId`. */
export type Typists = ReadonlyMap<string, Typist>;

export const NOBODY: Typists = new Map();
/** Longer than the interval at which a client repeats it, so that the line does not flicker. */
export const TYPING_SHOWN_MS = 6_000;
/** A room hears at most this often that one types. */
export const TYPING_INTERVAL_MS = 4_000;
/** Of one batch messages are delivered before what announced them. */
const OVERTAKEN_MS = 2_000;

/** `users` are typing. */
export function typed(typists: Typists, users: readonly Member[], now: number): Typists {
  const next = current(typists, now);
  for (const { userId, username } of users) {
    const notBefore = next.get(userId)?.notBefore ?? 0;
    if (!isAhead(notBefore, now, OVERTAKEN_MS)) next.set(userId, { userId, username, until: now + TYPING_SHOWN_MS, notBefore });
  }
  return next;
}

/** A message of each of `senders` arrived: they have finished. */
export function finished(typists: Typists, senders: readonly Member[], now: number): Typists {
  const next = current(typists, now);
  for (const { userId, username } of senders) next.set(userId, { userId, username, until: 0, notBefore: now + OVERTAKEN_MS });
  return next;
}

/** Who is shown as typing at `now`, in the order they began. */
export function typing(typists: Typists, now: number): Member[] {
  return [...typists.values()].filter(({ until }) => isAhead(until, now, TYPING_SHOWN_MS));
}

/** When the next of them has to disappear; null when nobody is shown. */
export function nextExpiry(typists: Typists, now: number): number | null {
  const times = typing(typists, now).map(({ userId }) => typists.get(userId)?.until ?? 0);
  return times.length > 0 ? Math.min(...times) : null;
}

/** A copy without those of whom there is nothing left to know. */
function current(typists: Typists, now: number): Map<string, Typist> {
  return new Map([...typists].filter(([, { until, notBefore }]) => isAhead(until, now, TYPING_SHOWN_MS) || isAhead(notBefore, now, OVERTAKEN_MS)));
}

/** Whether `time` is still to come. What is further ahead than it ever was set is over: the device's clock was set back. */
function isAhead(time: number, now: number, most: number): boolean {
  return time > now && time - now <= most;
}
