import { backoffMs } from "@/protocol/connection/backoff";
import { RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { ErrorCode } from "@/protocol/frames";
import { pause } from "@/protocol/wait";

interface PersistenceOptions {
  /** Whether the user is in the room still. */
  wanted: (roomId: string) => boolean;
  /** The room is refused for good. */
  onRefused: (roomId: string, code: ErrorCode) => void;
  random: () => number;
}

/**
 * Do `work` for a room again and again until it works, or the user has left: a room half joined would have holes.
 *
 * @returns whether it worked
 */
export function untilItWorks({ wanted, onRefused, random }: PersistenceOptions) {
  return async (roomId: string, work: () => Promise<void>): Promise<boolean> => {
    for (let attempt = 1; wanted(roomId); attempt++) {
      try {
        await work();
        return true;
      } catch (error) {
        if (!isAnswer(error)) throw error;
        const refused = error instanceof RequestRefused ? error : null;
        if (refused && !refused.isPassing) {
          onRefused(roomId, refused.code);
          return false;
        }
        await pause(Math.max(refused?.retryAfterMs ?? 0, backoffMs(attempt, random())));
      }
    }
    return false;
  };
}

/** Whether the trouble is with this request rather than with the socket. */
export function isAnswer(error: unknown): boolean {
  return error instanceof RequestRefused || error instanceof RequestTimedOut;
}
