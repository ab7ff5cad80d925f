import { onLongPress } from "@vueuse/core";
import { shallowRef, type Ref } from "vue";
import type { Message } from "@/protocol/frames";

/** Before the browser takes it for a long press of its own, and takes the finger away from the page. */
const PRESS_MS = 400;
/** A finger that moves this far scrolls, CSS pixels. */
const MOVED_PX = 10;
/** What has an answer of its own to a long press, or is to be scrolled and selected. */
const OWN_ANSWER = "a, button, pre";

/** The message that a finger was held on, to be shown in a sheet; null while none is. */
export function useMessageSheet(scroller: Ref<HTMLElement | null>, messages: Ref<readonly Message[]>): Ref<Message | null> {
  const held = shallowRef<Message | null>(null);
  onLongPress(
    scroller,
    ({ pointerType, target }) => {
      if (pointerType !== "touch" || (target as Element).closest(OWN_ANSWER)) return;
      const id = (target as Element).closest<HTMLElement>("[data-message-id]")?.dataset["messageId"];
      held.value = messages.value.find(({ messageId }) => messageId === id) ?? null;
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
