import { backoffMs } from "@/protocol/connection/backoff";
import { pause } from "@/protocol/wait";

/** With the pauses between them some ten seconds: longer, nobody waits without a word. */
const MOST_ATTEMPTS = 4;

/** What `load` fetches, tried some times; rejects with its last failure. */
export async function fetchedPatiently<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
    try {
      return await load();
    } catch {
      await pause(backoffMs(attempt, Math.random()));
    }
  }
  return load();
}
