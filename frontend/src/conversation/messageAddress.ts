import type { Message } from "@/protocol/frames";
import { messageHash } from "./roomLink";

/** The address that leads to a message, to be passed on. */
export function messageAddress({ roomId, sortKey }: Pick<Message, "roomId" | "sortKey">): string {
  return new URL(messageHash(roomId, sortKey), location.href).href;
}
