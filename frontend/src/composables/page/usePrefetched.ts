import { onMounted, onUnmounted } from "vue";

/** Where the browser does not say when it is idle (Safari). */
const PAUSE_MS = 500;

/**
 * Fetches, once the page is at rest, parts of it that a key opens: what is typed right after it must not be lost
 * while they come. One that cannot be fetched is tried again when it is asked for.
 */
export function usePrefetched(...loads: readonly (() => Promise<unknown>)[]): void {
  let cancel = (): void => undefined;
  const fetchAll = (): void => void Promise.allSettled(loads.map((load) => load()));
  onMounted(() => {
    if ("requestIdleCallback" in window) {
      const asked = requestIdleCallback(fetchAll);
      cancel = () => cancelIdleCallback(asked);
    } else {
      const asked = setTimeout(fetchAll, PAUSE_MS);
      cancel = () => clearTimeout(asked);
    }
  });
  onUnmounted(() => cancel());
}
