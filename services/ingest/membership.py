"""Joining and leaving rooms."""

from dataclasses import dataclass, replace

from shared.auth.caller import Caller
from shared.protocol.refusals import Forbidden, Unauthenticated
from shared.stores.connections import LIFETIME_SECONDS, Connection, Connections, no_room_key


@dataclass(frozen=True, slots=True)
class Move:
    """A connection in the room that it was to join or leave, and whether it had not done so before."""

    connection: Connection
    is_new: bool


def join(
    connection_id: str, room_id: str, caller: Caller, *, connections: Connections, now_seconds: int
) -> Move:
    """Adds the caller's connection to a room. Joining again changes nothing.

    Raises:
        Forbidden: the connection is somebody else's.
        Unauthenticated: the connection is not known.
    """
    known = _own(connection_id, caller, connections, now_seconds)
    connection = replace(known, room_id=room_id, ttl=now_seconds + LIFETIME_SECONDS)
    return Move(connection, is_new=connections.put(connection))


def leave(
    connection_id: str, room_id: str, caller: Caller, *, connections: Connections, now_seconds: int
) -> Move:
    """Takes the caller's connection out of a room. Leaving twice is leaving once.

    It stays known when it leaves its last room, since who it is and what it speaks is written nowhere else.

    Raises:
        Forbidden: the connection is somebody else's.
        Unauthenticated: the connection is not known.
    """
    connection = _own(connection_id, caller, connections, now_seconds)
    connections.put(replace(connection, room_id=no_room_key(connection_id)))
    return Move(replace(connection, room_id=room_id), is_new=connections.remove(connection_id, room_id))


def _own(connection_id: str, caller: Caller, connections: Connections, now_seconds: int) -> Connection:
    connection = connections.find(connection_id, now_seconds)
    if connection is None:
        raise Unauthenticated("the connection is not known")
    if connection.user_id != caller.identity.user_id:
        raise Forbidden("the connection is somebody else's")
    return connection
