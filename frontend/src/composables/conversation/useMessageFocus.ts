import { useEventListener } from "@vueuse/core";
import type { VirtualizerHandle } from "virtua/vue";
import { computed, nextTick, ref, type Ref } from "vue";
import type { Row } from "@/conversation/rows";
import { useChanging } from "./useChanging";

interface FocusOptions {
  scroller: Ref<HTMLElement | null>;
  list: Ref<VirtualizerHandle | null>;
  rows: Ref<readonly Row[]>;
}

/** A row that is far away is drawn and measured before it can take the focus: some frames, rarely more than three. */
const MOST_FRAMES = 20;

/**
 * The message list by keyboard: one stop for Tab, and from there the arrow keys, Home and End move between messages and notices.
 *
 * What a message offers is a stop for Tab only in the message that has the focus.
 */
export function useMessageFocus({ scroller, list, rows }: FocusOptions) {
  /** Key of the row that holds the focus. */
  const focused = ref<string | null>(null);
  /** Key of the row that is to take it. */
  const next = ref<string | null>(null);
  const index = computed(() => indexOf(focused.value));
  const { edited } = useChanging();
  /** None of them may leave the page while it is scrolled away, or the focus or a text would be lost. */
  const keepMounted = computed(() =>
    [focused.value, next.value, edited.value?.messageId ?? null].map(indexOf).filter((at) => at >= 0),
  );

  function indexOf(key: string | null): number {
    return key === null ? -1 : rows.value.findIndex((row) => row.key === key);
  }

  function onFocusIn({ target }: FocusEvent): void {
    focused.value = (target as Element).closest<HTMLElement>("[data-row]")?.dataset["row"] ?? null;
  }

  function onFocusOut({ relatedTarget }: FocusEvent): void {
    if (!scroller.value?.contains(relatedTarget as Node | null)) focused.value = null;
  }

  function onKeydown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = targetOf(event.key);
    if (target === undefined) return;
    event.preventDefault();
    void focusRow(target);
  }

  function targetOf(key: string): number | undefined {
    const last = rows.value.length - 1;
    if (key === "Home") return messageFrom(0, 1);
    if (key === "End") return messageFrom(last, -1);
    if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
    if (index.value < 0) return messageFrom(lastOnScreen(), -1);
    const step = key === "ArrowUp" ? -1 : 1;
    return messageFrom(index.value + step, step) ?? index.value;
  }

  /** Index of the next message or notice at or after `start` in the direction of `step`. */
  function messageFrom(start: number, step: 1 | -1): number | undefined {
    for (let at = start; at >= 0 && at < rows.value.length; at += step) {
      const { kind } = rows.value[at] as Row;
      if (kind === "message" || kind === "notice" || kind === "outgoing") return at;
    }
    return undefined;
  }

  function lastOnScreen(): number {
    const handle = list.value;
    if (!handle) return rows.value.length - 1;
    // The row at the lower edge may show by a pixel only; the one that ends a little above it is read.
    return handle.findItemIndex(handle.scrollOffset + handle.viewportSize - 1);
  }

  async function focusRow(at: number): Promise<void> {
    const key = rows.value[at]?.key ?? null;
    next.value = key;
    for (let frame = 0; frame < MOST_FRAMES && next.value === key; frame++) {
      await (frame === 0 ? nextTick() : new Promise(requestAnimationFrame));
      const row = [...(scroller.value?.querySelectorAll<HTMLElement>("[data-row]") ?? [])].find(
        ({ dataset }) => dataset["row"] === key,
      );
      row?.focus();
      if (row && row === document.activeElement) break;
      if (frame === 0) list.value?.scrollToIndex(at, { align: "nearest" });
    }
    if (next.value === key) next.value = null;
  }

  useEventListener(scroller, "focusin", onFocusIn);
  useEventListener(scroller, "focusout", onFocusOut);
  useEventListener(scroller, "keydown", onKeydown);
  return { focused, keepMounted, focusRow };
}
