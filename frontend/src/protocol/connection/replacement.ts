/** Replaces a connection before API Gateway closes it: the next first, then the old one closed, so that nothing is missed. */
import { pauseUntil } from "@/protocol/wait";
import type { ChatSocket } from "./socket";

/** API Gateway closes after 2 h; the successor opens at a random time in this window. */
export const REPLACE_AFTER_MS = { earliest: 105 * 60_000, latest: 115 * 60_000 };
const REPLACE_RETRY_MS = 60_000;
const DRAIN_LIMIT_MS = 5_000;

interface ReplacementOptions {
  /** Opens a socket that serves every room; null when that fails. */
  openComplete: () => Promise<ChatSocket | null>;
  /** The successor is used from now on. */
  use: (socket: ChatSocket) => void;
  random: () => number;
}

/** Replace `old` in time, unless `ended` aborts before. */
export async function replaceInTime(old: ChatSocket, ended: AbortSignal, options: ReplacementOptions): Promise<void> {
  const { earliest, latest } = REPLACE_AFTER_MS;
  const over = new Promise((resolve) => ended.addEventListener("abort", resolve));
  await pauseUntil(over, earliest + options.random() * (latest - earliest));
  while (!ended.aborted) {
    const next = await options.openComplete();
    if (next && !ended.aborted) {
      options.use(next);
      await pauseUntil(old.drained(), DRAIN_LIMIT_MS);
      return old.close();
    }
    next?.close();
    await pauseUntil(over, REPLACE_RETRY_MS);
  }
}
