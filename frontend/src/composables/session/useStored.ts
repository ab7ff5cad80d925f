import { useEventListener } from "@vueuse/core";
import { watch } from "vue";
import { jsonIn } from "@/tabs/json";

interface Stored {
  /** Take what is stored; null where that is nothing. */
  read: (stored: unknown) => void;
  /** What is to be stored, as JSON has it. */
  write: () => unknown;
}

/** Keep something in the browser, the same in all tabs. */
export function useStored(key: string, { read, write }: Stored): void {
  const take = (): void => read(jsonIn(localStorage.getItem(key)));

  take();
  useEventListener(window, "storage", (event) => event.key === key && take());
  watch(
    () => JSON.stringify(write()),
    (text) => {
      try {
        if (text !== localStorage.getItem(key)) localStorage.setItem(key, text);
      } catch {
        // Full, or refused: it is known as long as the tab lives.
      }
    },
    { flush: "sync" },
  );
}
