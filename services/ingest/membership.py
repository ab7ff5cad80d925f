"""Joining and leaving rooms."""

from dataclasses import dataclass, replace

from shared.auth.caller import Caller
from shared.protocol.refusals import Forbidden, RateLimited, Unauthenticated
from shared.stores.connections import LIFETIME_SECONDS, Connection, Connections, no_room_key

FULL_RETRY_MS = 60_000  # somebody has to leave a room first


@dataclass(frozen=True, slots=True)
class Move:
    """A connection in the room that it was to join or leave, and whether it had not done so before."""

    connection: Connection
    is_new: bool


def join(
    connection_id: str,
    room_id: str,
    caller: Caller,
    *,
    connections: Connections,
    limit: int,
    now_seconds: int,
) -> Move:
    """Add the caller's connection to a room, one of `limit` at most. Joining again changes nothing.

    Raises:
        Forbidden: the connection is somebody else's.
        Unauthenticated: the connection is not known.
        RateLimited: it is in as many rooms as a connection may be.
    """
    standing = connections.standing(connection_id, now_seconds, limit + 1)
    known = _own(next(iter(standing), None), caller)
    rooms = {each.room_id for each in standing} - {no_room_key(connection_id)}
    if room_id not in rooms and len(rooms) >= limit:
        raise RateLimited(f"a connection is in {limit} rooms at most", retry_after_ms=FULL_RETRY_MS)
    connection = replace(known, room_id=room_id, ttl=now_seconds + LIFETIME_SECONDS)
    return Move(connection, is_new=connections.put(connection))


def leave(
    connection_id: str, room_id: str, caller: Caller, *, connections: Connections, now_seconds: int
) -> Move:
    """Take the caller's connection out of a room. Leaving twice is leaving once.

    A connection stays stored after it leaves its last room: its user and protocol are stored nowhere else.

    Raises:
        Forbidden: the connection is somebody else's.
        Unauthenticated: the connection is not known.
    """
    connection = _own(connections.find(connection_id, now_seconds), caller)
    connections.put(replace(connection, room_id=no_room_key(connection_id)))
    return Move(replace(connection, room_id=room_id), is_new=connections.remove(connection_id, room_id))


def _own(connection: Connection | None, caller: Caller) -> Connection:
    if connection is None:
        raise Unauthenticated("the connection is not known")
    if connection.user_id != caller.identity.user_id:
        raise Forbidden("the connection is somebody else's")
    return connection
