import { useResizeObserver } from "@vueuse/core";
import type { VirtualizerHandle } from "virtua/vue";
import { nextTick, ref, watch, type Ref } from "vue";
import type { Row } from "@/conversation/rows";

interface ScrollOptions {
  scroller: Ref<HTMLElement | null>;
  list: Ref<VirtualizerHandle | null>;
  rows: Ref<readonly Row[]>;
  atEnd: Ref<boolean>;
  /** Called while the oldest loaded message is near; may be called often. */
  onNearStart: () => void;
}

/** This close to the end still counts as the end: half a line of text. */
const END_TOLERANCE_PX = 24;
/** Older history is asked for about a screen before it is needed. */
const NEAR_START_PX = 800;

/** Scrolling of the message list: opens at what is new, follows the end, asks for older messages in time. */
export function useMessageScroll({ scroller, list, rows, atEnd, onNearStart }: ScrollOptions) {
  const opened = ref(false);
  let lastOffset = 0;

  function toEnd(): void {
    atEnd.value = true;
    list.value?.scrollToIndex(rows.value.length - 1, { align: "end" });
  }

  function toDivider(index: number): void {
    atEnd.value = false;
    list.value?.scrollToIndex(index, { align: "start" });
  }

  function onScroll(): void {
    const handle = list.value;
    if (!handle) return;
    const { scrollOffset, scrollSize, viewportSize } = handle;
    if (scrollSize - viewportSize - scrollOffset < END_TOLERANCE_PX) atEnd.value = true;
    // Only scrolling up leaves the end. It also moves away as messages come in, and then has to be followed.
    else if (scrollOffset < lastOffset) atEnd.value = false;
    lastOffset = scrollOffset;
    if (opened.value && scrollOffset < NEAR_START_PX) onNearStart();
  }

  async function open(): Promise<void> {
    await nextTick();
    const divider = rows.value.findIndex((row) => row.kind === "unread");
    if (divider >= 0) toDivider(divider);
    else toEnd();
    // The list measures what it shows and corrects itself over the next frames.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        opened.value = true;
        onScroll();
      }),
    );
  }

  watch(
    rows,
    (now, before) => {
      if (now.length === 0) return;
      if (!before || before.length === 0) return void open();
      const sentNow = now.at(-1)?.kind === "outgoing" && now.at(-1)?.key !== before.at(-1)?.key;
      if (atEnd.value || sentNow) toEnd();
      else onScroll();
    },
    { flush: "post", immediate: true },
  );
  useResizeObserver(scroller, () => {
    if (opened.value && atEnd.value) toEnd();
  });

  return { toEnd, onScroll };
}
