import { useEventListener, useResizeObserver } from "@vueuse/core";
import type { VirtualizerHandle } from "virtua/vue";
import { nextTick, watch, type ComponentPublicInstance, type Ref } from "vue";
import { followsEnd, type Metrics } from "@/conversation/followEnd";
import { useTurnsOver } from "@/composables/page/useTurn";
import type { Row } from "@/conversation/rows";
import type { Bookmark } from "./useBookmark";
import type { ListPlace } from "@/composables/reading/useReading";

interface ScrollOptions extends ListPlace {
  scroller: Ref<HTMLElement | null>;
  list: Ref<(ComponentPublicInstance & VirtualizerHandle) | null>;
  rows: Ref<readonly Row[]>;
  /** Whether a page of history has come: only then is known where the list opens. */
  loaded: Ref<boolean>;
  /** Whether the list ends where the room does; in an excerpt there is no end to follow. */
  present: Ref<boolean>;
  /** Where the room was left; null to open at what is new, or at the end. */
  place: Bookmark | null;
  /** Called while the oldest loaded message is near; may be called often. */
  onNearStart: () => void;
  /** Called while the last message of an excerpt is near; may be called often. */
  onNearEnd: () => void;
}

/** History is asked for about a screen before it is needed. */
const NEAR_PX = 800;

/** Scrolling of the message list: opens at what is new, follows the end, asks for older messages in time. */
export function useMessageScroll({ scroller, list, rows, loaded, atEnd, opened, present, place, onNearStart, onNearEnd }: ScrollOptions) {
  const allDrawn = useTurnsOver();
  let last: Metrics = { offset: 0, size: 0, viewport: 0 };

  /** Not by the list's own `scrollTo`: that holds its target while rows are measured, against the user's hand. */
  function toEnd(): void {
    atEnd.value = true;
    scroller.value?.scrollTo({ top: scroller.value.scrollHeight, behavior: "instant" });
  }

  function toRow(index: number, align: "start" | "center", offset = 0): void {
    atEnd.value = false;
    list.value?.scrollToIndex(index, { align, offset });
  }

  function onScroll(): void {
    const element = scroller.value;
    if (!element) return;
    const { scrollTop: offset, scrollHeight: size, clientHeight: viewport } = element;
    const now = { offset, size, viewport };
    // Until it has come to where it opens, it is the list that scrolls, not the user.
    if (opened.value) atEnd.value = present.value && followsEnd(atEnd.value, last, now);
    last = now;
    if (!opened.value) return;
    if (offset < NEAR_PX) onNearStart();
    if (!present.value && size - offset - viewport < NEAR_PX) onNearEnd();
  }

  async function open(): Promise<void> {
    await nextTick();
    const left = rows.value.findIndex((row) => row.key === place?.key);
    const divider = rows.value.findIndex((row) => row.kind === "unread");
    if (left >= 0) toRow(left, "start", place?.offset);
    else if (divider >= 0) toRow(divider, "start");
    else toEnd();
    // The list measures what it shows, also what it draws in turn, and corrects itself over the next frames.
    let drawn: number;
    do {
      drawn = await allDrawn();
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    } while (drawn !== (await allDrawn()));
    opened.value = true;
    onScroll();
  }

  watch(
    rows,
    (now, before) => {
      const sentNow = now.at(-1)?.kind === "outgoing" && now.at(-1)?.key !== before.at(-1)?.key;
      if (present.value && (atEnd.value || sentNow)) toEnd();
      else onScroll();
    },
    { flush: "post" },
  );
  watch(loaded, (isLoaded) => isLoaded && void open(), { flush: "post", immediate: true });
  useEventListener(scroller, "scroll", onScroll, { passive: true });
  // Whatever changes a height: the window, the composer, a banner, a phone's keyboard, a font, rows that turn out taller.
  useResizeObserver([scroller, list], () => {
    if (atEnd.value) toEnd();
    onScroll();
  });

  /** The list has measured rows: the end is followed in the same frame, before one sees it move. */
  async function onMeasured(): Promise<void> {
    await nextTick();
    if (atEnd.value) toEnd();
  }

  /** What the list still holds, the divider it opened at, would win over `toEnd` alone. */
  function toLatest(): void {
    list.value?.scrollTo(scroller.value?.scrollHeight ?? 0);
    toEnd();
  }

  return { toLatest, toRow, onMeasured };
}
