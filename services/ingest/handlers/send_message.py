"""`sendMessage`: verify the sender, store the message, publish it. The echo is the acknowledgement.

`editMessage`, `deleteMessage`, `react`, `pinMessage`: the same with a change of a message.
"""

import os
import secrets
import time
from collections.abc import Mapping

from pydantic import Field

from services.ingest.changing import CHANGES, Log, change
from services.ingest.sending import send
from shared.auth.caller import identify_from
from shared.aws.clients import aws_session, dynamodb_client, sns_client
from shared.observability import Handler, observability
from shared.protocol import replies
from shared.protocol.frames import Frame, send_message_of
from shared.protocol.message import Message
from shared.protocol.replies import Reply, new_message
from shared.publishing import Topic
from shared.settings import Count, Limit, Settings, Text, load, load_authentication
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.sends import Sends
from shared.tolerance import tolerance_of
from shared.websocket import answering


class SendMessageSettings(Settings):
    """Tables and topic that sending needs."""

    connections_table: Text
    messages_table: Text
    users_table: Text
    memberships_table: Text
    rooms_table: Text
    messages_topic_arn: Text
    shard_count: Count
    message_limit: Limit
    edit_window_seconds: int = Field(ge=0)


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(SendMessageSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    identify = identify_from(load_authentication(environ), Connections(dynamodb, settings.connections_table))
    messages = Messages(dynamodb, settings.messages_table)
    tables = settings.messages_table, settings.users_table, settings.memberships_table
    sends = Sends(dynamodb, *tables, settings.message_limit)
    topic = Topic(sns_client(session), settings.messages_topic_arn, settings.shard_count)
    log = Log(
        sends,
        messages,
        Memberships(dynamodb, settings.memberships_table),
        settings.messages_table,
        settings.memberships_table,
        settings.rooms_table,
        settings.edit_window_seconds * 1000,
    )
    observe = observability("ingest")

    def act(frame: Frame, connection_id: str) -> Reply | None:
        caller = identify(frame, connection_id)
        observe.logger.append_keys(userId=caller.identity.user_id)
        started = time.time()
        now, random_bytes = int(started * 1000), secrets.token_bytes(10)

        def publish(entry: Message) -> None:
            topic.publish(entry, exclude=connection_id, accepted_at=now)

        if frame.action in CHANGES:
            caller.require_v2(frame)
            made = change(
                frame, caller.identity, log=log, publish=publish, now=now, random_bytes=random_bytes
            )
            observe.count("ChangesAccepted")
            accepted(made, started)
            return replies.change(made)
        message = send(
            send_message_of(frame),
            caller.identity,
            sends=sends,
            messages=messages,
            publish=publish,
            now=now,
            random_bytes=random_bytes,
        )
        observe.count("MessagesAccepted")
        accepted(message, started)
        return new_message(message, reader=caller.identity.user_id)

    def accepted(entry: Message, started: float) -> None:
        observe.milliseconds("PublishLatency", (time.time() - started) * 1000)
        observe.logger.append_keys(messageId=entry.message_id, roomId=entry.room_id)

    return answering(act, observe, tolerance_of(environ, session, dynamodb))


handler = build(os.environ)
