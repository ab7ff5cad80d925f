import type { Message } from "@/protocol/frames";

export interface FoundInRoom {
  readonly roomId: string;
  /** The newest first. */
  readonly messages: readonly Message[];
}

/** What was found, by room; the room with the newest message first. */
export function byRoom(messages: readonly Message[]): FoundInRoom[] {
  const groups = [...Map.groupBy(messages, ({ roomId }) => roomId)].map(([roomId, found]) => ({
    roomId,
    messages: found.toSorted((a, b) => (a.sortKey < b.sortKey ? 1 : -1)),
  }));
  const newest = ({ messages: [first] }: FoundInRoom) => first?.sortKey ?? "";
  return groups.sort((a, b) => (newest(a) < newest(b) ? 1 : -1));
}
