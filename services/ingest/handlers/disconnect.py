"""`$disconnect`: forget the connection. API Gateway promises this event only as best effort."""

import os
import time
from collections.abc import Mapping
from typing import Any

from services.ingest.announcing import announce
from shared.aws.clients import aws_session, best_effort_sns_client, dynamodb_client
from shared.jobs import EphemeralEvent
from shared.observability import Event, Handler, observability
from shared.publishing import Topic
from shared.settings import Count, Settings, Text, load
from shared.stores.connections import Connections
from shared.websocket import Answer, connection_id_of


class DisconnectSettings(Settings):
    """Table and topic of `$disconnect`."""

    connections_table: Text
    messages_topic_arn: Text
    shard_count: Count


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(DisconnectSettings, environ)
    session = aws_session()
    connections = Connections(dynamodb_client(session, environ), settings.connections_table)
    topic = Topic(best_effort_sns_client(session), settings.messages_topic_arn, settings.shard_count)
    observe = observability("ingest")

    def handle(event: Event, _context: Any) -> Answer:
        connection_id = connection_id_of(event)
        rooms = connections.remove_all(connection_id)
        now = int(time.time() * 1000)
        left = [EphemeralEvent.of("left", each, now) for each in rooms]
        announce(left, origin=connection_id, topic=topic, observe=observe)
        observe.count("Disconnects")
        observe.logger.info(
            "disconnected",
            connectionId=connection_id,
            rooms=len(rooms),
            closeCode=event["requestContext"].get("disconnectStatusCode"),
        )
        return {"statusCode": 200}

    return observe.observed(handle)


handler = build(os.environ)
