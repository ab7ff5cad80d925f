"""`$default` and `ping`: frames for no other route."""

import os
import time
from collections.abc import Mapping

from shared.aws.clients import aws_session, dynamodb_client
from shared.observability import Handler, observability
from shared.protocol.frames import Frame
from shared.protocol.refusals import UnknownAction
from shared.protocol.replies import Reply, acknowledgement
from shared.settings import Settings, Text, load
from shared.stores.connections import Connections
from shared.websocket import answering


class FallbackSettings(Settings):
    connections_table: Text


def build(environ: Mapping[str, str]) -> Handler:
    """The handler for this environment. Raises ConfigurationError."""
    settings = load(FallbackSettings, environ)
    connections = Connections(dynamodb_client(aws_session(), environ), settings.connections_table)

    def act(frame: Frame, connection_id: str) -> Reply | None:
        if frame.action != "ping":
            raise UnknownAction("there is no such action")
        if frame.request_id:
            return acknowledgement()
        connection = connections.find(connection_id, int(time.time()))
        return acknowledgement() if connection and connection.protocol == "v2" else None

    return answering(act, observability("ingest"))


handler = build(os.environ)
