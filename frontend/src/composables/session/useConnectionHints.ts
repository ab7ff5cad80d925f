import { useEventListener, useIntervalFn } from "@vueuse/core";
import type { Session } from "@/protocol/session";

/** A timer that is this late stood still with the machine, or was held back in a hidden tab. */
const TICK_MS = 5_000;
const ASLEEP_AFTER_MS = 15_000;

/**
 * Whatever may mean that the user is back, or that the network changed, is a reason to look whether the connection still
 * lives. None is believed: browsers tell of a lost network that is there, and say nothing of one that is gone.
 */
export function useConnectionHints(session: Pick<Session, "check" | "setNetwork">): void {
  session.setNetwork(navigator.onLine);
  useEventListener(window, "offline", () => session.setNetwork(false));
  useEventListener(window, "online", () => session.setNetwork(true));
  useEventListener(window, ["focus", "pageshow"], session.check);
  useEventListener(document, "resume", session.check);
  useEventListener(document, "visibilitychange", () => document.visibilityState === "visible" && session.check());

  let last = Date.now();
  useIntervalFn(() => {
    const now = Date.now();
    if (now - last > ASLEEP_AFTER_MS && document.visibilityState === "visible") session.check();
    last = now;
  }, TICK_MS);
}
