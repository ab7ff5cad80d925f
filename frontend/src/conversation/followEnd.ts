/** Whether a scrolled list follows its end. */

export interface Metrics {
  /** All in CSS pixels, as the DOM has them: `scrollTop`, `scrollHeight`, `clientHeight`. */
  readonly offset: number;
  readonly size: number;
  readonly viewport: number;
}

/** This close to the end still counts as the end: half a line of text. */
const END_TOLERANCE_PX = 24;

/**
 * Whether the list follows its end now.
 *
 * Only a hand that scrolls up leaves the end. It also moves as messages come in or are let go of, as rows turn out
 * taller, and as the list itself gets another height (composer, banner, keyboard of a phone): then it is followed.
 */
export function followsEnd(followed: boolean, before: Metrics, now: Metrics): boolean {
  if (now.size - now.viewport - now.offset < END_TOLERANCE_PX) return true;
  const scrolledUp = now.offset < before.offset && now.size >= before.size && now.viewport === before.viewport;
  return followed && !scrolledUp;
}
