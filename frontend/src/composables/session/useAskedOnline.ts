import { storeToRefs } from "pinia";
import { onScopeDispose, watch } from "vue";
import { backoffMs } from "@/protocol/connection/backoff";
import { mayPass, RequestRefused } from "@/protocol/errors";
import { oneAtATime } from "@/protocol/oneAtATime";
import { pause } from "@/protocol/wait";
import { useConnectionStore } from "@/stores/connection";

/**
 * Ask the server for something that nobody waits for: with each connection, and on it until it has answered. A connection
 * lives for two hours, and what one lost answer would have told shall not be missing for as long.
 *
 * @returns asks anew; what is under way by then has perhaps begun too early to know
 */
export function useAskedOnline(work: () => Promise<void>): () => void {
  const { state } = storeToRefs(useConnectionStore());
  let ended = false;
  onScopeDispose(() => (ended = true));

  async function untilAnswered(): Promise<void> {
    for (let attempt = 1; !ended && state.value.kind === "online"; attempt++) {
      try {
        return await work();
      } catch (error) {
        // Refused for good, or the connection is lost: the next one asks.
        if (!mayPass(error)) return;
        const least = error instanceof RequestRefused ? (error.retryAfterMs ?? 0) : 0;
        await pause(Math.max(least, backoffMs(attempt, Math.random())));
      }
    }
  }

  const asking = oneAtATime(untilAnswered);
  const ask = (): void => void asking("");
  watch(() => state.value.kind, (kind) => kind === "online" && ask(), { immediate: true });
  return ask;
}
