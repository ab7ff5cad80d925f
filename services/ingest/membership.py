"""Joining and leaving rooms."""

from dataclasses import dataclass, replace

from shared.auth.caller import Caller
from shared.protocol.refusals import Forbidden, RateLimited, Refusal, Unauthenticated
from shared.rights import RoomAction
from shared.rooms import kind_of
from shared.stores.connections import Connection, Connections, no_room_key, ttl_of
from shared.stores.memberships import Memberships

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
    connection = replace(known, room_id=room_id)
    return Move(connection, is_new=connections.put(connection))


def look_again(move: Move, *, connections: Connections, memberships: Memberships, now: int) -> None:
    """Take a connection out again whose user was put out of a private room while it joined.

    Whoever put them out took out the connections that were there, and this one was not yet. `now` is epoch
    ms.

    Raises:
        Banned, Forbidden: the user may not be there any more.
    """
    joined = move.connection
    if not move.is_new or kind_of(joined.room_id) == "public":
        return
    try:
        memberships.check(RoomAction.JOIN, joined.user_id, joined.room_id, now)
    except Refusal:
        connections.remove(joined.connection_id, joined.room_id)
        raise


def authenticate(
    connection_id: str,
    caller: Caller,
    *,
    connections: Connections,
    memberships: Memberships,
    now_seconds: int,
) -> None:
    """Let the caller's connection last as long as their newest token, in each room where they may be.

    Whoever put them out of a private room also took out their connections; where that was cut off, they hear
    the room no longer than their token.

    Raises:
        Forbidden: the connection is somebody else's.
        Unauthenticated: the connection is not known.
    """
    stored = connections.stored(connection_id)
    _own(next(iter(stored), None), caller)
    ttl = ttl_of(caller.identity.expires_at, now_seconds)
    private = {(each.user_id, each.room_id) for each in stored if kind_of(each.room_id) != "public"}
    barred = private - memberships.permitted(RoomAction.JOIN, private, now_seconds * 1000)
    for each in stored:
        if (each.user_id, each.room_id) in barred:
            connections.take_out(replace(each, ttl=ttl))
        elif each.ttl < ttl:
            connections.renew(each, ttl)


def leave(
    connection_id: str, room_id: str, caller: Caller, *, connections: Connections, now_seconds: int
) -> Move:
    """Take the caller's connection out of a room. Leaving twice is leaving once.

    A connection stays stored after it leaves its last room: its user and protocol are stored nowhere else.

    Raises:
        Forbidden: the connection is somebody else's.
        Unauthenticated: the connection is not known.
    """
    connection = replace(_own(connections.find(connection_id, now_seconds), caller), room_id=room_id)
    return Move(connection, is_new=connections.take_out(connection))


def _own(connection: Connection | None, caller: Caller) -> Connection:
    if connection is None:
        raise Unauthenticated("the connection is not known")
    if connection.user_id != caller.identity.user_id:
        raise Forbidden("the connection is somebody else's")
    return connection
