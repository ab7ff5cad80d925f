/** Shows the server a newer token before that of the socket expires: from then on nothing more would be pushed. */
import { frameToken, type Credentials } from "@/protocol/credentials";
import { ConnectionLost, RequestRefused, SessionExpired } from "@/protocol/errors";
import { pauseUntil } from "@/protocol/wait";
import type { ChatSocket } from "./socket";

/** Before the token expires; a timer of a hidden tab may be a minute late. */
export const RENEW_BEFORE_MS = 2 * 60_000;
const RETRY_MS = 15_000;

interface RenewalOptions {
  credentials: Credentials;
  onSessionExpired: () => void;
  /** What the server's clock shows, by which it judges tokens; null before it has told. */
  serverTime: () => number | null;
}

/** Renew what `socket` was opened with, again and again until it is closed. */
export async function renewInTime(socket: ChatSocket, token: string | undefined, options: RenewalOptions): Promise<void> {
  let closed = false;
  void socket.closed.then(() => (closed = true));
  let shown = token;
  for (let expiry = expiryOf(shown); expiry !== null; expiry = expiryOf(shown)) {
    const time = options.serverTime();
    await pauseUntil(socket.closed, time === null ? RETRY_MS : Math.max(RETRY_MS, expiry - RENEW_BEFORE_MS - time));
    if (closed) return;
    if (time === null) continue;
    try {
      const next = await frameToken(options.credentials, true);
      await socket.request("authenticate", undefined, next);
      shown = next;
    } catch (error) {
      if (error instanceof SessionExpired) return options.onSessionExpired();
      if (error instanceof ConnectionLost) return;
      if (error instanceof RequestRefused && !error.isPassing) return socket.close();
    }
  }
}

/** When a token expires, epoch milliseconds; null where there is none, or it cannot be read. */
function expiryOf(token: string | undefined): number | null {
  try {
    const payload = token?.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(atob(payload ?? ""));
    const expiry = claims !== null && typeof claims === "object" && "exp" in claims ? claims.exp : null;
    return typeof expiry === "number" ? expiry * 1000 : null;
  } catch {
    return null;
  }
}
