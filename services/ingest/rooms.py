"""`joinRoom` and `leaveRoom`: which rooms a connection hears."""

import os
import time
from collections.abc import Mapping

from services.ingest.membership import join, leave
from shared.caller import identify_from
from shared.clients import aws_session, dynamodb_client
from shared.connections import Connections
from shared.observability import Handler, observability
from shared.protocol.frames import Frame, room_request_of
from shared.protocol.replies import Reply, acknowledgement
from shared.settings import Settings, Text, load, load_authentication
from shared.websocket import answering


class RoomsSettings(Settings):
    connections_table: Text


def build(environ: Mapping[str, str]) -> Handler:
    """The handler for this environment. Raises ConfigurationError."""
    settings = load(RoomsSettings, environ)
    connections = Connections(dynamodb_client(aws_session(), environ), settings.connections_table)
    identify = identify_from(load_authentication(environ), connections)

    def act(frame: Frame, connection_id: str) -> Reply | None:
        caller = identify(frame, connection_id)
        room_id = room_request_of(frame).room_id
        change = leave if frame.action == "leaveRoom" else join
        protocol = change(
            connection_id, room_id, caller, connections=connections, now_seconds=int(time.time())
        )
        return acknowledgement() if protocol == "v2" or frame.request_id else None

    return answering(act, observability("ingest"))


handler = build(os.environ)
