/** Which rooms one socket is subscribed to, and its moves in and out of them: of one room, one after the other. */
import { RequestRefused } from "@/protocol/errors";

interface SubscriptionsOptions {
  /** The room that was entered by the handshake. */
  entered: string;
  /** Whether the user is in the room now. */
  wanted: (roomId: string) => boolean;
  join: (roomId: string) => Promise<unknown>;
  leave: (roomId: string) => Promise<unknown>;
  /** The socket can no longer be trusted: it has to be replaced. */
  abandon: () => void;
}

export interface Subscriptions {
  /** Bring the subscription in line with what is wanted, after the moves of this room under way. */
  settle(roomId: string): Promise<void>;
  /** The server has taken the user out of the room, or never let them in. */
  forget(roomId: string): void;
}

export function subscriptions({ entered, wanted, join, leave, abandon }: SubscriptionsOptions): Subscriptions {
  const joined = new Set([entered]);
  /** Left without an answer: the frame may still be under way, and would undo a join that overtakes it. */
  const doubtful = new Set<string>();
  const moves = new Map<string, Promise<void>>();

  async function move(roomId: string): Promise<void> {
    if (wanted(roomId) === joined.has(roomId)) return;
    if (!joined.has(roomId)) {
      if (doubtful.has(roomId)) abandon();
      await join(roomId);
      joined.add(roomId);
      return;
    }
    joined.delete(roomId);
    doubtful.add(roomId);
    try {
      await leave(roomId);
      doubtful.delete(roomId);
    } catch (error) {
      if (error instanceof RequestRefused) doubtful.delete(roomId);
      throw error;
    }
  }

  return {
    settle(roomId) {
      const next = (moves.get(roomId) ?? Promise.resolve()).then(() => move(roomId));
      moves.set(
        roomId,
        next.catch(() => undefined),
      );
      return next;
    },
    forget: (roomId) => void joined.delete(roomId),
  };
}
