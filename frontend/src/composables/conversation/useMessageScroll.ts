import { useResizeObserver } from "@vueuse/core";
import type { VirtualizerHandle } from "virtua/vue";
import { nextTick, ref, watch, type ComponentPublicInstance, type Ref } from "vue";
import type { Row } from "@/conversation/rows";

interface ScrollOptions {
  scroller: Ref<HTMLElement | null>;
  list: Ref<(ComponentPublicInstance & VirtualizerHandle) | null>;
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
  let last = { offset: 0, size: 0 };

  /** Not by the list's own `scrollToIndex`: that holds its target while rows are measured, against the user's hand. */
  function toEnd(): void {
    atEnd.value = true;
    scroller.value?.scrollTo({ top: scroller.value.scrollHeight, behavior: "instant" });
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
    // Only scrolling up leaves the end. It also moves away as messages come in, and nearer as old ones are let go of;
    // then it has to be followed.
    else if (scrollOffset < last.offset && scrollSize >= last.size) atEnd.value = false;
    last = { offset: scrollOffset, size: scrollSize };
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
  // The end moves away as the window shrinks, and as rows turn out taller than they were taken for.
  useResizeObserver([scroller, list], () => {
    if (atEnd.value) toEnd();
  });

  return { toEnd, onScroll };
}
