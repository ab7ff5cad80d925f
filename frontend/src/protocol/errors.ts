import type { ErrorCode } from "./frames";

/** The server answered a frame with an error of the protocol. */
export class RequestRefused extends Error {
  constructor(
    readonly code: ErrorCode,
    message = "",
    /** After how long the same frame may be taken, where the server knows. */
    readonly retryAfterMs?: number,
  ) {
    super(message || code);
    this.name = "RequestRefused";
  }

  /** Whether the same frame may be accepted a moment later. */
  get isPassing(): boolean {
    return this.code === "INTERNAL" || this.code === "RATE_LIMITED";
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

/** The sign-in service did not answer in time, or could not be asked. */
export class TokenUnavailable extends Error {
  override readonly name = "TokenUnavailable";
}

/** Whether asking once more may help: it was too fast, not answered, or there was no token to ask with. A lost connection is another matter. */
export function mayPass(error: unknown): error is RequestRefused | RequestTimedOut | TokenUnavailable {
  return error instanceof RequestTimedOut || error instanceof TokenUnavailable || (error instanceof RequestRefused && error.isPassing);
}
