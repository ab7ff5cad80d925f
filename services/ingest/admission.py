"""Who may open a connection."""

from collections.abc import Set
from dataclasses import dataclass, replace

from pydantic import ValidationError

from shared.auth.identity import NAME_LIMIT_CHARACTERS, Identity, TokenVerifier
from shared.protocol.frames import DEFAULT_ROOM, RoomRequest
from shared.protocol.refusals import Forbidden, InvalidFrame, Unauthenticated
from shared.protocol.text import legible, may_enter
from shared.rights import RoomAction, Standing, decide
from shared.rooms import kind_of
from shared.stores.connections import Connection, no_room_key, ttl_of
from shared.stores.users import Users
from shared.websocket import Handshake

SUBPROTOCOL = "chat.v2"
# Half of for how long the end of an account looks for new connections (shared/revocation.py).
LONG_MS = 500
_BEARER = "bearer."


@dataclass(frozen=True, slots=True)
class Admission:
    """The connection to store, and the sub-protocol to answer with (RFC 6455, section 4.2.2), if any."""

    user: Identity
    connection: Connection
    subprotocol: str | None


def admit(
    handshake: Handshake, *, origins: Set[str], verifier: TokenVerifier | None, now_seconds: int
) -> Admission:
    """Decides on a handshake. Without a verifier (mock mode) the query says who it is.

    Raises:
        Forbidden: the room is not public, or the page that asks is not one of `origins`. Clients outside a
            browser send no origin.
        Unauthenticated, TokenExpired: no token, or not a good one.
        InvalidFrame: the room or a name in the query is not valid.
    """
    origin = handshake.headers.get("origin")
    if origin is not None and origin not in origins:
        raise Forbidden("the origin is not allowed")
    offered = [name.strip() for name in handshake.headers.get("sec-websocket-protocol", "").split(",")]
    identity = verifier.identity_of(_token(handshake, offered)) if verifier else _claimed(handshake)
    connection = Connection(
        connection_id=handshake.connection_id,
        room_id=_room(handshake),
        user_id=identity.user_id,
        username=identity.username,
        connected_at=handshake.connected_at,
        ttl=ttl_of(identity.expires_at, now_seconds),
        protocol="v2" if SUBPROTOCOL in offered else "v1",
    )
    return Admission(identity, connection, SUBPROTOCOL if SUBPROTOCOL in offered else None)


def check_again(user: Identity, users: Users, *, began: int, now: int) -> None:
    """Check once more that a user may act, if their handshake, which `began` then (epoch ms), takes long.

    The end of an account looks for connections that open meanwhile, but not for ever.

    Raises:
        Banned, Unauthenticated: they may not, any more.
    """
    if now - began > LONG_MS:
        users.check(user, now)


def kept_out(admission: Admission, standing: Standing) -> Admission:
    """Keep a connection out of the room of its handshake if its user is banned there.

    Raises:
        Banned: a v1 client is banned, which knows no other way into a room.
    """
    refusal = decide(RoomAction.JOIN, "public", standing)
    if refusal is None:
        return admission
    connection = admission.connection
    if connection.protocol == "v1":
        raise refusal
    return replace(admission, connection=replace(connection, room_id=no_room_key(connection.connection_id)))


def _token(handshake: Handshake, offered: list[str]) -> str:
    bearer = next((name.removeprefix(_BEARER) for name in offered if name.startswith(_BEARER)), None)
    token = bearer or handshake.query.get("token")
    if not token:
        raise Unauthenticated("the handshake has no token")
    return token


def _claimed(handshake: Handshake) -> Identity:
    user_id = handshake.query.get("userId") or "anonymous"
    username = handshake.query.get("username") or "Anonymous"
    if max(len(user_id), len(username)) > NAME_LIMIT_CHARACTERS:
        raise InvalidFrame("userId or username is too long")
    shown = legible(username, NAME_LIMIT_CHARACTERS)
    if not shown or not may_enter(user_id):
        raise InvalidFrame("userId or username is not legible")
    return Identity(user_id, shown)


def _room(handshake: Handshake) -> str:
    try:
        room_id = RoomRequest(room_id=handshake.query.get("roomId") or DEFAULT_ROOM).room_id
    except ValidationError:
        raise InvalidFrame("roomId is not the name of a room") from None
    # Members are looked up by joinRoom; by a handshake anybody could listen who knows the room's id.
    if kind_of(room_id) != "public":
        raise Forbidden("a handshake enters public rooms alone")
    return room_id
