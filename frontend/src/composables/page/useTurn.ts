import { inject, nextTick, onScopeDispose, provide, ref, type InjectionKey, type Ref } from "vue";
import { nextTask } from "@/nextTask";

/** After so long a task of turns ends; a phone takes some four times as long for the same, and longer than 50 ms is felt. */
const TASK_MS = 5;

/** Parts of the page that wait to be drawn: one after the other, with a new task once the last has lasted long enough. */
class Turns {
  private readonly waiting: (() => void)[] = [];
  private running: Promise<void> | null = null;
  private taken = 0;
  /** Whether the page has been drawn as a whole once. */
  opened = false;

  /** @returns what takes the turn back */
  take(begin: () => void, ahead: boolean): () => void {
    if (ahead) this.waiting.unshift(begin);
    else this.waiting.push(begin);
    this.running ??= this.run();
    return () => {
      const at = this.waiting.indexOf(begin);
      if (at >= 0) this.waiting.splice(at, 1);
    };
  }

  /** Waits until nothing waits. */
  async over(): Promise<number> {
    await this.running;
    return this.taken;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await nextTask();
      const end = performance.now() + TASK_MS;
      do {
        this.waiting.shift()?.();
        this.taken += 1;
        await nextTick();
      } while (this.waiting.length > 0 && performance.now() < end);
    }
    this.running = null;
    this.opened = true;
  }
}

const TURNS: InjectionKey<Turns> = Symbol("turns");

/**
 * Let the calling component and the parts in it be drawn in turn.
 *
 * @returns whether it is the component's own turn
 */
export function provideTurns(): Readonly<Ref<boolean>> {
  const turns = new Turns();
  provide(TURNS, turns);
  return take(turns, false);
}

/**
 * Whether it is the calling part's turn to be drawn, while the page opens; from then on, and where nothing provides turns,
 * it is at once.
 */
export function useTurn(): Readonly<Ref<boolean>> {
  const turns = inject(TURNS, null);
  return !turns || turns.opened ? ref(true) : take(turns, false);
}

/** Like `useTurn`, ahead of all that waits, also once the page has opened: of several, the last asks first. */
export function useTurnAhead(): Readonly<Ref<boolean>> {
  const turns = inject(TURNS, null);
  return turns ? take(turns, true) : ref(true);
}

/** Waits until all that was to be drawn in turn is drawn; resolves to how many turns that have been so far. */
export function useTurnsOver(): () => Promise<number> {
  const turns = inject(TURNS, null);
  return async () => (await turns?.over()) ?? 0;
}

function take(turns: Turns, ahead: boolean): Ref<boolean> {
  const come = ref(false);
  onScopeDispose(turns.take(() => (come.value = true), ahead));
  return come;
}
