"""Joining and leaving rooms."""

from dataclasses import replace

from shared.caller import Caller
from shared.connections import LIFETIME_SECONDS, Connection, Connections, ProtocolVersion, lobby_of
from shared.protocol.refusals import Forbidden, Unauthenticated


def join(
    connection_id: str, room_id: str, caller: Caller, *, connections: Connections, now_seconds: int
) -> ProtocolVersion:
    """Adds the caller's connection to a room; what protocol it speaks. Joining again changes nothing.

    Raises:
        Forbidden: the connection is somebody else's.
        Unauthenticated: the connection is not known.
    """
    connection = _own(connection_id, caller, connections, now_seconds)
    connections.put(replace(connection, room_id=room_id, ttl=now_seconds + LIFETIME_SECONDS))
    return connection.protocol


def leave(
    connection_id: str, room_id: str, caller: Caller, *, connections: Connections, now_seconds: int
) -> ProtocolVersion:
    """Takes the caller's connection out of a room; what protocol it speaks. Leaving twice is leaving once.

    It stays known when it leaves its last room, since who it is and what it speaks is written nowhere else.

    Raises:
        Forbidden: the connection is somebody else's.
        Unauthenticated: the connection is not known.
    """
    connection = _own(connection_id, caller, connections, now_seconds)
    connections.put(replace(connection, room_id=lobby_of(connection_id)))
    connections.remove(connection_id, room_id)
    return connection.protocol


def _own(connection_id: str, caller: Caller, connections: Connections, now_seconds: int) -> Connection:
    connection = connections.find(connection_id, now_seconds)
    if connection is None:
        raise Unauthenticated("the connection is not known")
    if connection.user_id != caller.identity.user_id:
        raise Forbidden("the connection is somebody else's")
    return connection
