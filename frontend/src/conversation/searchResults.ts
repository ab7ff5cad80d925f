import type { Message } from "@/protocol/frames";
import { bySortKey } from "@/protocol/rooms/timeline";

export interface FoundInRoom {
  readonly roomId: string;
  /** The newest first. */
  readonly messages: readonly Message[];
}

/** What was found, by room; the room with the newest message first. */
export function byRoom(messages: readonly Message[]): FoundInRoom[] {
  const newestFirst = messages.toSorted(bySortKey).reverse();
  return [...Map.groupBy(newestFirst, ({ roomId }) => roomId)].map(([roomId, found]) => ({ roomId, messages: found }));
}
