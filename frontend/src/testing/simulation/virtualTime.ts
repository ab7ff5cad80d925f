/** Time that passes only when it is told to, with the timers of several tabs. */
import { AsyncLocalStorage } from "node:async_hooks";

/** Whose code a timer belongs to. */
export interface TimerOwner {
  /** Since when its page is hidden, in virtual milliseconds; null while it shows. */
  hiddenSince: number | null;
  /** Closed or crashed: nothing of it runs any more. */
  gone: boolean;
}

interface Timer {
  readonly order: number;
  at: number;
  readonly run: () => void;
  readonly owner: TimerOwner | undefined;
  cancelled: boolean;
  held: boolean;
}

/** Browsers let a hidden page's timers run once a second, and once a minute when it has been hidden for five. */
const HELD_MS = { soon: 1_000, later: 60_000, from: 5 * 60_000 };
const realSetImmediate = setImmediate;
const owners = new AsyncLocalStorage<TimerOwner>();

export class VirtualTime {
  now: number;
  private readonly timers: Timer[] = [];
  private count = 0;

  constructor(start: number) {
    this.now = start;
  }

  /** Everything that `work` starts, now or later, belongs to `owner`. */
  runAs<T>(owner: TimerOwner, work: () => T): T {
    return owners.run(owner, work);
  }

  /** Run something that belongs to no tab. */
  after(milliseconds: number, run: () => void): void {
    this.add(milliseconds, run, undefined);
  }

  private add(milliseconds: number, run: () => void, owner: TimerOwner | undefined): Timer {
    const at = this.now + Math.max(0, milliseconds);
    const timer: Timer = { order: this.count++, at, run, owner, cancelled: false, held: false };
    this.insert(timer);
    return timer;
  }

  /** Let `milliseconds` pass. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await turn();
    for (let timer = this.next(end); timer; timer = this.next(end)) {
      this.now = Math.max(this.now, timer.at);
      if (timer.cancelled || timer.owner?.gone) continue;
      const due = this.heldUntil(timer);
      if (due > this.now) {
        timer.at = due;
        timer.held = true;
        this.insert(timer);
        continue;
      }
      if (timer.owner) owners.run(timer.owner, timer.run);
      else owners.exit(timer.run);
      await turn();
    }
    this.now = end;
  }

  /** Put this time in the place of the page's; returns what undoes it. */
  install(): () => void {
    const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
    const cancel = (timer: unknown) => {
      if (timer) (timer as Timer).cancelled = true;
    };
    const every = (run: () => void, milliseconds: number) => {
      const handle = { cancelled: false };
      const again = () => {
        if (handle.cancelled) return;
        run();
        this.add(milliseconds, again, owners.getStore());
      };
      this.add(milliseconds, again, owners.getStore());
      return handle;
    };
    Object.assign(globalThis, {
      setTimeout: (run: () => void, milliseconds = 0) => this.add(milliseconds, run, owners.getStore()),
      clearTimeout: cancel,
      setInterval: every,
      clearInterval: cancel,
    });
    return () => Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
  }

  private heldUntil({ owner, held, at }: Timer): number {
    if (held || owner?.hiddenSince === null || owner?.hiddenSince === undefined) return at;
    const step = this.now - owner.hiddenSince > HELD_MS.from ? HELD_MS.later : HELD_MS.soon;
    return Math.ceil(at / step) * step;
  }

  private insert(timer: Timer): void {
    let low = 0;
    let high = this.timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.timers[middle] as Timer;
      // Latest first, so that the next one is at the end.
      if (other.at > timer.at || (other.at === timer.at && other.order > timer.order)) low = middle + 1;
      else high = middle;
    }
    this.timers.splice(low, 0, timer);
  }

  private next(end: number): Timer | undefined {
    const last = this.timers.at(-1);
    return last && last.at <= end ? this.timers.pop() : undefined;
  }
}

/** Lets all promises that can go on do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}
