/** Who the client is, and what it shows for it at the handshake and on every frame. */
import { SUBPROTOCOL } from "./frames";

export type Credentials =
  | { readonly kind: "mock"; readonly userId: string; readonly username: string }
  | {
      readonly kind: "cognito";
      /** The ID token, renewed when it is expired or `refresh` asks for it; rejects with SessionExpired. */
      readonly idToken: (refresh: boolean) => Promise<string>;
    };

/** The token frames carry; none in mock mode. */
export async function frameToken(credentials: Credentials, refresh: boolean): Promise<string | undefined> {
  return credentials.kind === "cognito" ? credentials.idToken(refresh) : undefined;
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
