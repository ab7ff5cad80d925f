import type { LinkOptions } from "./link";
import { wakeablePause } from "./wakeablePause";

/** The pause before the next attempt, one at a time, and what is shown of it. */
export function retryPause({ onState, now }: Pick<LinkOptions, "onState" | "now">) {
  let networkAvailable = true;
  let retryAt: number | null = null;
  const pause = wakeablePause();

  function tell(): void {
    if (retryAt !== null) onState(networkAvailable ? { kind: "waiting", retryAt } : { kind: "offline" });
  }

  function end(): void {
    retryAt = null;
    pause.wake();
  }

  return {
    /** Resolves after so many milliseconds, or once the pause is ended. */
    async start(milliseconds: number): Promise<void> {
      retryAt = now() + milliseconds;
      tell();
      await pause.start(milliseconds);
      retryAt = null;
    },
    end,
    /** What the browser says of the network is shown; one that comes back ends the pause. */
    setNetwork(available: boolean): void {
      const came = available && !networkAvailable;
      networkAvailable = available;
      if (came) end();
      else tell();
    },
  };
}
