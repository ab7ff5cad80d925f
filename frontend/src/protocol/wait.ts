/** Waiting, always with an end. */

/** What a timer takes at most, milliseconds; one that is asked for more does not wait at all. */
export const LONGEST_WAIT_MS = 2 ** 31 - 1;

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, LONGEST_WAIT_MS)));
}

/** Wait so long, or until `ended` resolves: nothing of the wait is left then. */
export async function pauseUntil(ended: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise((resolve) => (timer = setTimeout(resolve, Math.min(milliseconds, LONGEST_WAIT_MS))));
  await Promise.race([ended, over]);
  clearTimeout(timer);
}

/** `work`, or a rejection with `error` when it takes longer than `milliseconds`. */
export async function withDeadline<T>(work: Promise<T>, milliseconds: number, error: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
