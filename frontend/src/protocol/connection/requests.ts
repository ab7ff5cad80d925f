/** The requests of one socket that wait for their reply. */
import { RequestTimedOut } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";

/** API Gateway gives up on an integration after 29 s, most replies take milliseconds: between a slow one and a lost one. */
export const REPLY_TIMEOUT_MS = 15_000;
/** Most replies take milliseconds, a cold start of a function one to three seconds. */
const SLOW_REPLY_MS = 3_000;

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
  timers: ReturnType<typeof setTimeout>[];
}

export interface Requests {
  /** Wait for the reply to `requestId`; `onSlow` is called once when it takes unusually long. */
  wait(requestId: string, onSlow: () => void): Promise<Reply>;
  resolve(requestId: string | undefined, reply: Reply): void;
  reject(requestId: string | undefined, error: Error): void;
  rejectAll(error: () => Error): void;
  /** The only request that waits, if there is but one. */
  only(): string | undefined;
  /** Resolves once none waits. */
  drained(): Promise<void>;
}

export function requests(): Requests {
  const waiting = new Map<string, Waiting>();
  const drainListeners: (() => void)[] = [];

  function take(requestId: string | undefined): Waiting | undefined {
    const entry = requestId === undefined ? undefined : waiting.get(requestId);
    if (!entry || requestId === undefined) return undefined;
    entry.timers.forEach(clearTimeout);
    waiting.delete(requestId);
    if (waiting.size === 0) drainListeners.splice(0).forEach((listener) => listener());
    return entry;
  }

  return {
    wait: (requestId, onSlow) =>
      new Promise((resolve, reject) => {
        const timers = [
          setTimeout(onSlow, SLOW_REPLY_MS),
          setTimeout(() => take(requestId)?.reject(new RequestTimedOut()), REPLY_TIMEOUT_MS),
        ];
        waiting.set(requestId, { resolve, reject, timers });
      }),
    resolve: (requestId, reply) => take(requestId)?.resolve(reply),
    reject: (requestId, error) => take(requestId)?.reject(error),
    rejectAll(error) {
      for (const requestId of [...waiting.keys()]) take(requestId)?.reject(error());
    },
    only: () => (waiting.size === 1 ? waiting.keys().next().value : undefined),
    drained: () => (waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => drainListeners.push(resolve))),
  };
}
