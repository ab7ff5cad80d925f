import type { Call } from "@/protocol/call";
import type { ChatSocket } from "@/protocol/connection/socket";
import { RequestRefused } from "@/protocol/errors";
import type { FetchPage } from "./recovery";

/** Reads pages of a room's history on `socket`. */
export function fetchPageOf(call: Call, socket: ChatSocket, roomId: string): FetchPage {
  return async (request) => {
    const reply = await call(socket, "getMessages", { roomId, ...request });
    if (reply.type !== "messageHistory") throw new RequestRefused("INTERNAL");
    return { messages: reply.data, nextCursor: reply.nextCursor };
  };
}
