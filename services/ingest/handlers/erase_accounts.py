"""Erases what deleted accounts left; its schedule calls it every minute."""

import os
import secrets
import time
from collections.abc import Mapping
from typing import Any

from services.ingest.erasing import Eraser, erase
from shared.aws.clients import aws_session, dynamodb_client, sns_client
from shared.aws.one_connection import close_connection
from shared.observability import Event, Handler, observability
from shared.protocol.message import Message
from shared.publishing import Topic
from shared.settings import Count, Settings, Text, load
from shared.stores.blocks import Blocks
from shared.stores.connections import Connections
from shared.stores.erasures import Erasures
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mentioned
from shared.stores.notices import Notices
from shared.stores.traces import Traces
from shared.stores.users import Users


class EraseAccountsSettings(Settings):
    """Tables and topic that erasing needs."""

    connections_table: Text
    messages_table: Text
    rooms_table: Text
    memberships_table: Text
    users_table: Text
    messages_topic_arn: Text
    shard_count: Count


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(EraseAccountsSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    topic = Topic(sns_client(session), settings.messages_topic_arn, settings.shard_count)

    def publish(entry: Message) -> None:
        topic.publish(entry, exclude=None, accepted_at=entry.created_at)

    eraser = Eraser(
        erasures=Erasures(dynamodb, settings.users_table),
        traces=Traces(dynamodb, settings.messages_table, settings.rooms_table),
        memberships=Memberships(dynamodb, settings.memberships_table),
        users=Users(dynamodb, settings.users_table),
        notices=Notices(settings.messages_table),
        mentioned=Mentioned(dynamodb, settings.users_table),
        blocks=Blocks(dynamodb, settings.users_table, settings.memberships_table),
        connections=Connections(dynamodb, settings.connections_table),
        close=close_connection(environ, session),
        publish=publish,
        now=time.time,
        sleep=time.sleep,
        random_bytes=secrets.token_bytes,
    )
    observe = observability("ingest")

    def handle(_event: Event, _context: Any) -> None:
        run = erase(eraser)
        if not run.oldest_seconds:
            return
        for failure in run.broken:
            observe.failed("account not erased", failure)
        observe.count("OldestErasureSeconds", int(run.oldest_seconds))
        observe.count("EntriesErased", run.taken_back)
        observe.logger.info("accounts erased", finished=run.finished, failed=run.failed)

    return observe.observed(handle)


handler = build(os.environ)
