import { useDebounceFn } from "@vueuse/core";
import { ref, type Ref } from "vue";

export interface Line {
  readonly id: number;
  readonly text: string;
}

/** What comes within this time of each other is told of together, but never later than `latest`. */
const GATHER_MS = { quiet: 500, latest: 2_500 };
/** So many stay in the page; a screen reader speaks what is added, and has spoken the older ones. */
const KEPT_LINES = 10;

interface ToldLines<T> {
  /** The newest last. Each is a line of its own, so that the same text is told again. */
  readonly lines: Ref<readonly Line[]>;
  gather(...news: T[]): void;
}

/** Lines for screen readers: `textsOf` says what is told of all that was gathered in a moment. */
export function useToldLines<T>(textsOf: (gathered: readonly T[]) => readonly string[]): ToldLines<T> {
  const lines = ref<readonly Line[]>([]);
  let waiting: T[] = [];
  let lastId = 0;

  const tell = useDebounceFn(
    () => {
      const told = textsOf(waiting).map((text) => ({ id: ++lastId, text }));
      waiting = [];
      lines.value = [...lines.value, ...told].slice(-KEPT_LINES);
    },
    GATHER_MS.quiet,
    { maxWait: GATHER_MS.latest },
  );

  function gather(...news: T[]): void {
    waiting.push(...news);
    void tell();
  }
  return { lines, gather };
}
