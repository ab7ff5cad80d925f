import { createSharedComposable, useEventListener } from "@vueuse/core";
import { onScopeDispose, ref, type Ref } from "vue";

/** A timer stands still while the device sleeps, and who wakes it finds the page on the screen as before. */
const LOOK_AGAIN_MS = 60_000;

/** The start of the current day in the browser's time zone, epoch milliseconds; it follows midnight. */
export const useToday = createSharedComposable((): Ref<number> => {
  const today = ref(startOfDay(0));
  let timer: ReturnType<typeof setTimeout>;

  function look(): void {
    today.value = startOfDay(0);
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(startOfDay(1) - Date.now(), LOOK_AGAIN_MS));
  }

  look();
  useEventListener(document, "visibilitychange", look);
  onScopeDispose(() => clearTimeout(timer));
  return today;
});

/** By the calendar: a day may have 23 or 25 hours. */
function startOfDay(daysAhead: number): number {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysAhead).getTime();
}
