import { useEventListener, useTimeoutFn } from "@vueuse/core";
import type { VirtualizerHandle } from "virtua/vue";
import { ref, type Ref } from "vue";
import type { Row } from "@/conversation/rows";

interface ShownDayOptions {
  scroller: Ref<HTMLElement | null>;
  list: Ref<VirtualizerHandle | null>;
  rows: Ref<readonly Row[]>;
  /** Whether the list follows its end: then it is not the user who scrolls. */
  atEnd: Ref<boolean>;
}

/** Stays so long after the last movement. */
const LINGER_MS = 1_500;

/** A time on the day that is at the upper edge of the list, epoch milliseconds, while one scrolls through it; null otherwise. */
export function useShownDay({ scroller, list, rows, atEnd }: ShownDayOptions): Ref<number | null> {
  const shown = ref<number | null>(null);
  const { start: hideLater } = useTimeoutFn(() => (shown.value = null), LINGER_MS, { immediate: false });

  function look(): void {
    const handle = list.value;
    if (!handle || atEnd.value) return void (shown.value = null);
    shown.value = timeAt(handle.findItemIndex(handle.scrollOffset));
    hideLater();
  }

  /** Null where a divider says it already. */
  function timeAt(index: number): number | null {
    const row = rows.value[index];
    if (row?.kind === "notice") return row.notices[0].createdAt;
    return row?.kind === "message" ? row.message.createdAt : null;
  }

  useEventListener(scroller, "scroll", look, { passive: true });
  return shown;
}
