/** Longest pause before a reconnect, in milliseconds. */
const CAP_MS = 30_000;
const BASE_MS = 1_000;

/**
 * Milliseconds to wait before attempt number `attempt` (1 = first retry): capped exponential with full jitter, so that
 * the clients of a restarted server come back spread out.
 *
 * @param random - uniform in [0, 1)
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.round(random * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)));
}
