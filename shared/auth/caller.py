"""Who sends a frame, and which protocol version they speak."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.auth.identity import Identity, SigningKeys, TokenVerifier
from shared.auth.jwks import fetch_jwks
from shared.protocol.frames import Frame
from shared.protocol.refusals import Unauthenticated, UnknownAction
from shared.recent import Recent
from shared.settings import Authentication
from shared.stores.connections import Connection, Connections, ProtocolVersion

_CONNECTIONS_KEPT = 10_000  # some 5 MB


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of one frame."""

    identity: Identity
    protocol: ProtocolVersion

    def speaks_v1(self, frame: Frame) -> bool:
        """Tell whether the frame is one of protocol v1; whoever numbers their frames knows more than v1."""
        return self.protocol == "v1" and not frame.request_id

    def require_v2(self, frame: Frame) -> None:
        """Check that the frame is not one of v1, where its action is none of v1's.

        Raises:
            UnknownAction: it is.
        """
        if self.speaks_v1(frame):
            raise UnknownAction("v1 has no such action")


Identify = Callable[[Frame, str], Caller]
"""From a frame and its connection id to its caller. Raises Unauthenticated, TokenExpired, Unavailable."""


def token_verifier(authentication: Authentication) -> TokenVerifier | None:
    """Return the verifier for Cognito's tokens; None in mock mode."""
    issuer, audience = authentication.cognito_issuer, authentication.cognito_client_id
    if authentication.auth_mode == "mock" or issuer is None or audience is None:
        return None
    url = authentication.cognito_jwks_url or f"{issuer}/.well-known/jwks.json"
    return TokenVerifier(SigningKeys(lambda: fetch_jwks(url), time.monotonic), issuer, audience)


def identify_by_token(verifier: TokenVerifier) -> Identify:
    """Identify senders by each frame's token (Cognito mode). Only v2 clients send one."""

    def identify(frame: Frame, _connection_id: str) -> Caller:
        if frame.token is None:
            raise Unauthenticated("the frame has no token")
        return Caller(verifier.identity_of(frame.token), "v2")

    return identify


def identify_by_connection(connections: Connections, clock: Callable[[], float] = time.time) -> Identify:
    """Identify senders by who the connection said it was when it opened (mock mode).

    That never changes, so that a process asks once, as one that is given tokens fetches their keys once.
    """
    known = Recent[str, Connection](_CONNECTIONS_KEPT)

    def identify(_frame: Frame, connection_id: str) -> Caller:
        now = int(clock())
        connection = known.get(connection_id)
        if connection is None or connection.ttl <= now:
            connection = connections.find(connection_id, now)
        if connection is None:
            raise Unauthenticated("the connection is not known")
        known.put(connection_id, connection)
        return Caller(Identity(connection.user_id, connection.username), connection.protocol)

    return identify


def identify_from(authentication: Authentication, connections: Connections) -> Identify:
    """Return the way to identify senders that the configuration asks for."""
    verifier = token_verifier(authentication)
    return identify_by_token(verifier) if verifier else identify_by_connection(connections)
