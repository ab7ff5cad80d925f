/** A request of the signed-in user: carries a token, and is repeated once with a fresh one when the token is refused. */
import type { ChatSocket } from "./connection/socket";
import { frameToken, type Credentials } from "./credentials";
import { RequestRefused, SessionExpired } from "./errors";
import type { Action, Actions, Reply } from "./frames";

/**
 * Send a frame on `socket` and wait for its reply.
 *
 * @throws RequestRefused, RequestTimedOut, ConnectionLost, SessionExpired, TokenUnavailable
 */
export type Call = <A extends Action>(socket: ChatSocket, action: A, data: Actions[A]) => Promise<Reply>;

export function caller(credentials: Credentials): Call {
  return async (socket, action, data) => {
    try {
      return await socket.request(action, data, await frameToken(credentials, false));
    } catch (error) {
      if (!isTokenRefusal(error) || credentials.kind === "mock") throw error;
    }
    try {
      return await socket.request(action, data, await frameToken(credentials, true));
    } catch (error) {
      throw isTokenRefusal(error) ? new SessionExpired() : error;
    }
  };
}

function isTokenRefusal(error: unknown): boolean {
  return error instanceof RequestRefused && (error.code === "TOKEN_EXPIRED" || error.code === "UNAUTHENTICATED");
}
