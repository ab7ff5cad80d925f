/** When a connection is replaced by the next. */

/** API Gateway closes after 2 h; the successor opens at a random time in this window. */
export const REPLACE_AFTER_MS = { earliest: 105 * 60_000, latest: 115 * 60_000 };
export const REPLACE_RETRY_MS = 60_000;

/** Milliseconds from the start of a connection to its replacement. @param random - uniform in [0, 1) */
export function replacementDelayMs(random: number): number {
  const { earliest, latest } = REPLACE_AFTER_MS;
  return earliest + random * (latest - earliest);
}
