import { RequestRefused } from "./errors";
import { pause } from "./wait";

/** After as many refusals in a row for going too fast, it is no matter of patience any more. */
const MOST_REFUSALS = 10;
const PATIENCE_MS = 1_000;

/** What `ask` answers; it is asked again, as soon as it may be, where it was too fast. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let refusals = 1; ; refusals++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RequestRefused) || error.code !== "RATE_LIMITED" || refusals === MOST_REFUSALS) throw error;
      await pause(error.retryAfterMs ?? PATIENCE_MS);
    }
  }
}
