/** The server's clock, as far as its frames tell: the device's own is never an authority. */
export interface ServerClock {
  /** The server dated something `time`: so late it is at least. */
  passed(time: number): void;
  /** The server said what time it is. */
  told(time: number): void;
  /** A time that has passed on the server's clock; 0 before it is known. */
  atLeast(): number;
  /** What it shows now, by this device's clock since it was last told; null before that. May be wrong. */
  estimate(): number | null;
}

export function serverClock(now: () => number): ServerClock {
  let latest = 0;
  let ahead: number | null = null;
  const passed = (time: number) => void (latest = Math.max(latest, time));
  return {
    passed,
    told(time) {
      passed(time);
      ahead = time - now();
    },
    atLeast: () => latest,
    estimate: () => (ahead === null ? null : Math.max(latest, now() + ahead)),
  };
}
