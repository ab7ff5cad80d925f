import { onLongPress } from "@vueuse/core";
import { computed, ref, type WritableComputedRef, type Ref } from "vue";
import type { Message } from "@/protocol/frames";

/** Before the browser takes it for a long press of its own, and takes the finger away from the page. */
const PRESS_MS = 400;
/** A finger that moves this far scrolls, CSS pixels. */
const MOVED_PX = 10;
/** What has an answer of its own to a long press, or is to be scrolled and selected. */
const OWN_ANSWER = "a, button, pre";

/** The message that a finger was held on, to be shown in a sheet as it is by now; null while none is. */
export function useMessageSheet(scroller: Ref<HTMLElement | null>, messages: Ref<readonly Message[]>): WritableComputedRef<Message | null> {
  const heldId = ref<string>();
  const held = computed({
    get: () => {
      const id = heldId.value;
      // Each message that comes would be looked for among all, where nobody ever holds one.
      return id === undefined ? null : (messages.value.find(({ messageId }) => messageId === id) ?? null);
    },
    set: (message) => (heldId.value = message?.messageId),
  });
  onLongPress(
    scroller,
    ({ pointerType, target }) => {
      if (pointerType !== "touch" || (target as Element).closest(OWN_ANSWER)) return;
      heldId.value = (target as Element).closest<HTMLElement>("[data-message-id]")?.dataset["messageId"];
      if (held.value) ignoreRelease();
    },
    { delay: PRESS_MS, distanceThreshold: MOVED_PX },
  );
  return held;
}

/** The finger is lifted over what it has opened, and shall press nothing there. */
function ignoreRelease(): void {
  const over = new AbortController();
  const release = (event: TouchEvent) => (event.preventDefault(), over.abort());
  window.addEventListener("touchend", release, { passive: false, signal: over.signal });
  window.addEventListener("touchcancel", () => over.abort(), { signal: over.signal });
}
