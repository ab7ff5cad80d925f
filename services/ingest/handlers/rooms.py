"""`joinRoom`, `leaveRoom`: which rooms a connection hears; `authenticate`: how long.

`getMembers`, `typing`: who else is there.
"""

import os
import time
from collections.abc import Mapping
from functools import partial

from pydantic import Field

from services.ingest.announcing import announce
from services.ingest.membership import authenticate, join, leave, look_again
from services.ingest.roster import Counts, roster
from shared.auth.caller import Caller, identify_from
from shared.aws.clients import aws_session, best_effort_sns_client, dynamodb_client
from shared.jobs import EphemeralEvent, EventKind
from shared.observability import Handler, observability
from shared.protocol.frames import Frame, room_request_of
from shared.protocol.replies import Reply, acknowledgement
from shared.publishing import Topic
from shared.rights import RoomAction
from shared.settings import Count, Limit, Settings, Text, load, load_authentication
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.users import Users
from shared.tolerance import tolerance_of
from shared.websocket import answering

# Whoever is in a room may leave it.
_NEEDS = {"joinRoom": RoomAction.JOIN, "getMembers": RoomAction.READ, "typing": RoomAction.WRITE}
_COUNTED_AS = {
    "joinRoom": "moves",
    "leaveRoom": "moves",
    "authenticate": "moves",
    "getMembers": "members",
    "typing": "typing",
}


class RoomsSettings(Settings):
    """Tables, topic and limits of being in rooms."""

    connections_table: Text
    memberships_table: Text
    users_table: Text
    messages_topic_arn: Text
    shard_count: Count
    presence_room_limit: int = Field(ge=0)
    move_limit: Limit
    members_limit: Limit
    typing_limit: Limit
    connection_room_limit: Count


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(RoomsSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    connections = Connections(dynamodb, settings.connections_table)
    memberships = Memberships(dynamodb, settings.memberships_table)
    users = Users(dynamodb, settings.users_table)
    buckets = {
        "moves": settings.move_limit,
        "members": settings.members_limit,
        "typing": settings.typing_limit,
    }
    topic = Topic(best_effort_sns_client(session), settings.messages_topic_arn, settings.shard_count)
    identify = identify_from(load_authentication(environ), connections)
    counts = Counts()
    observe = observability("ingest")

    def act(frame: Frame, connection_id: str) -> Reply | None:
        caller = identify(frame, connection_id)
        observe.logger.append_keys(userId=caller.identity.user_id)
        counted_as = _COUNTED_AS[frame.action]
        users.spend(caller.identity, counted_as, buckets[counted_as], _now())
        if frame.action == "authenticate":
            authenticate(
                connection_id,
                caller,
                connections=connections,
                memberships=memberships,
                now_seconds=int(time.time()),
            )
            return acknowledgement()
        room_id = room_request_of(frame).room_id
        if needed := _NEEDS.get(frame.action):
            memberships.check(needed, caller.identity.user_id, room_id, _now())
        if frame.action in ("joinRoom", "leaveRoom"):
            return move(frame, connection_id, room_id, caller)
        caller.require_v2(frame)
        if frame.action == "getMembers":
            limit = settings.presence_room_limit
            return roster(room_id, connections=connections, counts=counts, room_limit=limit, now=_now())
        event = EphemeralEvent(
            kind="typing",
            room_id=room_id,
            user_id=caller.identity.user_id,
            username=caller.identity.username,
            at=_now(),
        )
        announce([event], origin=connection_id, topic=topic, observe=observe)
        return acknowledgement()

    def move(frame: Frame, connection_id: str, room_id: str, caller: Caller) -> Reply | None:
        join_one_more = partial(join, limit=settings.connection_room_limit)
        change = leave if frame.action == "leaveRoom" else join_one_more
        moved = change(connection_id, room_id, caller, connections=connections, now_seconds=int(time.time()))
        kind: EventKind = "left" if change is leave else "joined"
        if kind == "joined":
            look_again(moved, connections=connections, memberships=memberships, now=_now())
        events = [EphemeralEvent.of(kind, moved.connection, _now())] if moved.is_new else []
        announce(events, origin=connection_id, topic=topic, observe=observe)
        return acknowledgement() if moved.connection.protocol == "v2" or frame.request_id else None

    return answering(act, observe, tolerance_of(environ, session, dynamodb))


def _now() -> int:
    return int(time.time() * 1000)


handler = build(os.environ)
