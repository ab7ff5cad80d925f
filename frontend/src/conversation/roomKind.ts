import type { Room } from "@/protocol/roomFrames";

/** The kind of a room, which its id says: `~` is in no name that people give. */
export function roomKind(roomId: string): Room["kind"] {
  if (roomId.startsWith("~p")) return "private";
  return roomId.startsWith("~d") ? "direct" : "public";
}
