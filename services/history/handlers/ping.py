"""`ping`: keep the connection alive, and tell a client whether it has all that was said."""

import os
import time
from collections.abc import Mapping
from functools import cache

from services.history.allowance import Allowance
from services.history.comparing import compare
from services.history.minutes import ClosedMinutes
from shared.auth.caller import identify_from
from shared.aws.clients import aws_session, dynamodb_client
from shared.observability import Handler, observability
from shared.protocol.frames import Frame, ping_of
from shared.protocol.replies import Reply, pong
from shared.rights import RoomAction, decide
from shared.rooms import kind_of
from shared.settings import Settings, Text, load, load_authentication
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.users import Users
from shared.tolerance import tolerance_of
from shared.websocket import answering


class PingSettings(Settings):
    """Tables that answering a ping needs."""

    connections_table: Text
    messages_table: Text
    memberships_table: Text
    users_table: Text


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(PingSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    connections = Connections(dynamodb, settings.connections_table)
    identify = identify_from(load_authentication(environ), connections)
    memberships = Memberships(dynamodb, settings.memberships_table)
    users = Users(dynamodb, settings.users_table)
    allowance = Allowance()
    minutes = ClosedMinutes(Messages(dynamodb, settings.messages_table).places)
    observe = observability("history")

    def act(frame: Frame, connection_id: str) -> Reply | None:
        known = ping_of(frame).rooms
        now = time.time()
        if not known:
            return pong(int(now * 1000)) if frame.request_id or _speaks_v2(connection_id, int(now)) else None
        user = identify(frame, connection_id).identity
        allowance.spend(connection_id, int(now * 1000))
        check_user = cache(lambda: users.check(user, int(now * 1000)))

        def may_read(room_id: str) -> bool:
            check_user()
            standing = memberships.standing(user.user_id, room_id, int(now * 1000))
            return decide(RoomAction.READ, kind_of(room_id), standing) is None

        found = compare(known, minutes=minutes, may_read=may_read, now=int(now * 1000))
        observe.count("RoomsCompared", len(known))
        observe.count("RoomsDiffering", len(found.differs))
        return pong(int(now * 1000), differs=found.differs, unsettled=found.unsettled)

    def _speaks_v2(connection_id: str, now_seconds: int) -> bool:
        connection = connections.find(connection_id, now_seconds)
        return connection is not None and connection.protocol == "v2"

    return answering(act, observe, tolerance_of(environ, session, dynamodb))


handler = build(os.environ)
