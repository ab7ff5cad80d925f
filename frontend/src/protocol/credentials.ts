/** Who the client is, and what it shows for it at the handshake and on every frame. */
import { SessionExpired, TokenUnavailable } from "./errors";
import { SUBPROTOCOL } from "./frames";
import { withDeadline } from "./wait";

export type Credentials =
  | { readonly kind: "mock"; readonly userId: string; readonly username: string }
  | {
      readonly kind: "cognito";
      /** The ID token, renewed when it is expired or `refresh` asks for it; rejects with SessionExpired. */
      readonly idToken: (refresh: boolean) => Promise<string>;
    };

/** Renewing a token is one request to the sign-in service; without a network it may never be answered. */
const TOKEN_TIMEOUT_MS = 10_000;

/**
 * The token frames carry; none in mock mode.
 *
 * @throws SessionExpired, TokenUnavailable
 */
export async function frameToken(credentials: Credentials, refresh: boolean): Promise<string | undefined> {
  if (credentials.kind === "mock") return undefined;
  try {
    return await withDeadline(credentials.idToken(refresh), TOKEN_TIMEOUT_MS, () => new TokenUnavailable());
  } catch (error) {
    throw error instanceof SessionExpired ? error : new TokenUnavailable("no token", { cause: error });
  }
}

/** Address and sub-protocols of a handshake that enters `roomId`. */
export function handshake(websocketUrl: string, roomId: string, credentials: Credentials, token?: string) {
  const url = new URL(websocketUrl);
  url.searchParams.set("roomId", roomId);
  if (credentials.kind === "mock") {
    url.searchParams.set("userId", credentials.userId);
    url.searchParams.set("username", credentials.username);
  }
  // The token travels as a sub-protocol: a URL would end up in logs.
  const protocols = token === undefined ? [SUBPROTOCOL] : [SUBPROTOCOL, `bearer.${token}`];
  return { url: url.href, protocols };
}
