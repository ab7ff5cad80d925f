import { useTimeoutFn } from "@vueuse/core";
import { ref, type Ref } from "vue";

export type CopyOutcome = "copied" | "copyFailed";
const SHOWN_MS = 1_500;

/** Put text into the clipboard; what came of it shows for a moment. */
export function useCopy(): { outcome: Ref<CopyOutcome | null>; copy: (text: string) => Promise<void> } {
  const outcome = ref<CopyOutcome | null>(null);
  const { start: forgetSoon } = useTimeoutFn(() => (outcome.value = null), SHOWN_MS, { immediate: false });

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      outcome.value = "copied";
    } catch {
      // Without a secure context there is no clipboard, and a browser may refuse it.
      outcome.value = "copyFailed";
    }
    forgetSoon();
  }

  return { outcome, copy };
}
