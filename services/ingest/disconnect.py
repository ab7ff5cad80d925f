"""`$disconnect`: forget the connection. API Gateway promises this event only as best effort."""

import os
from collections.abc import Mapping
from typing import Any

from shared.clients import aws_session, dynamodb_client
from shared.connections import Connections
from shared.observability import Event, Handler, observability
from shared.settings import Settings, Text, load
from shared.websocket import Answer, connection_id_of


class DisconnectSettings(Settings):
    connections_table: Text


def build(environ: Mapping[str, str]) -> Handler:
    """The handler for this environment. Raises ConfigurationError."""
    settings = load(DisconnectSettings, environ)
    connections = Connections(dynamodb_client(aws_session(), environ), settings.connections_table)
    observe = observability("ingest")

    def handle(event: Event, _context: Any) -> Answer:
        connection_id = connection_id_of(event)
        rooms = connections.remove_all(connection_id)
        observe.count("Disconnects")
        observe.logger.info(
            "disconnected",
            connectionId=connection_id,
            rooms=rooms,
            closeCode=event["requestContext"].get("disconnectStatusCode"),
        )
        return {"statusCode": 200}

    return observe.observed(handle)


handler = build(os.environ)
