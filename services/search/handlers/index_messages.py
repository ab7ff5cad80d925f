"""The index: reads from the messages table's stream what was said, edited and deleted.

The sweeper reads the same stream. DynamoDB allows a shard two readers at a time: whatever else is to follow
from a message is a step of this function.
"""

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from services.search.following import Step, follow
from services.search.indexing import index
from services.search.mentioning import People, note_mentions
from services.search.revisions import Revision, revisions_of
from shared.aws.clients import aws_session, dynamodb_client
from shared.observability import Event, Handler, observability
from shared.settings import Settings, Text, load
from shared.stores.blocks import Blocks
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mentioned
from shared.stores.profiles import Profiles
from shared.stores.words import Words


class IndexSettings(Settings):
    """Tables that indexing needs."""

    words_table: Text
    users_table: Text
    memberships_table: Text
    connections_table: Text


def build(environ: Mapping[str, str]) -> Handler:
    """Make the handler for this environment. Raises ConfigurationError."""
    settings = load(IndexSettings, environ)
    dynamodb = dynamodb_client(aws_session(), environ)
    words = Words(dynamodb, settings.words_table)
    mentioned = Mentioned(dynamodb, settings.users_table)
    people = People(
        Profiles(dynamodb, settings.users_table),
        Memberships(dynamodb, settings.memberships_table),
        Connections(dynamodb, settings.connections_table),
        Blocks(dynamodb, settings.users_table, settings.memberships_table),
    )
    observe = observability("search")

    def index_words(revisions: Sequence[Revision]) -> None:
        observe.count("WordsWritten", index(revisions, words))

    def write_mentions(revisions: Sequence[Revision]) -> None:
        observe.count("MentionsWritten", note_mentions(revisions, mentioned, people, int(time.time() * 1000)))

    def poisoned(key: tuple[str, str], failure: Exception) -> None:
        observe.count("MessagesNotIndexed")
        observe.logger.append_keys(roomId=key[0], sortKey=key[1])
        observe.failed("message not indexed", failure)

    steps: tuple[Step, ...] = (index_words, write_mentions)

    def handle(event: Event, _context: Any) -> None:
        follow(list(revisions_of(event["Records"])), steps, poisoned)

    return observe.observed(handle)


handler = build(os.environ)
