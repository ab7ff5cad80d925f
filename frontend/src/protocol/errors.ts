import type { ErrorCode } from "./frames";

/** The server answered a frame with an error of the protocol. */
export class RequestRefused extends Error {
  constructor(readonly code: ErrorCode, message = "") {
    super(message || code);
    this.name = "RequestRefused";
  }
}

/** No reply came in time; the frame may or may not have taken effect. */
export class RequestTimedOut extends Error {
  override readonly name = "RequestTimedOut";
}

/** The socket closed before the reply came; the frame may or may not have taken effect. */
export class ConnectionLost extends Error {
  constructor(readonly closeCode: number) {
    super(`socket closed with ${closeCode}`);
    this.name = "ConnectionLost";
  }
}

/** The handshake was refused or never finished; browsers do not tell why. */
export class HandshakeFailed extends Error {
  override readonly name = "HandshakeFailed";
}

/** The session can no longer be renewed: the user has to sign in again. */
export class SessionExpired extends Error {
  override readonly name = "SessionExpired";
}
