"""`$disconnect`: forget the connection. API Gateway promises this event only as best effort."""

import os
import time
from collections.abc import Mapping
from typing import Any

from services.ingest.announcing import announce
from services.ingest.last_seen import note_seen
from shared.aws.clients import aws_session, best_effort_sns_client, dynamodb_client
from shared.jobs import EphemeralEvent
from shared.observability import Event, Handler, observability
from shared.publishing import Topic
from shared.settings import Count, Settings, Text, load
from shared.stores.connections import Connections, no_room_key
from shared.stores.last_seen import LastSeen
from shared.websocket import Answer, connection_id_of


class DisconnectSettings(Settings):
    """Tables and topic of `$disconnect`."""

    connections_table: Text
    users_table: Text
    messages_topic_arn: Text
    shard_count: Count


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(DisconnectSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    connections = Connections(dynamodb, settings.connections_table)
    last_seen = LastSeen(dynamodb, settings.users_table)
    topic = Topic(best_effort_sns_client(session), settings.messages_topic_arn, settings.shard_count)
    observe = observability("ingest")

    def handle(event: Event, _context: Any) -> Answer:
        connection_id = connection_id_of(event)
        stored = connections.remove_all(connection_id)
        rooms = [each for each in stored if each.room_id != no_room_key(connection_id)]
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
        if stored:  # last, since it is worth the least
            note_seen(stored[0].user_id, last_seen=last_seen, now=now, observe=observe)
        return {"statusCode": 200}

    return observe.observed(handle)


handler = build(os.environ)
