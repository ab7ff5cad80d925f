"""The index of words, made from the messages that there are rather than from what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from infra.errors import CommandError
from services.search.indexing import index
from services.search.revisions import Revision, revisions_of
from shared.protocol.refusals import Refusal
from shared.stores.words import Words

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def index_all(dynamodb: DynamoDBClient, messages_table: str, words_table: str) -> tuple[int, int]:
    """Write the words of all messages; return of how many, and how many rows that were.

    What is edited or deleted meanwhile may leave a row behind. That shows nothing, since a search looks at
    the message.

    Raises:
        CommandError: DynamoDB throttled, or did not take it; all may be done again.
    """
    words = Words(dynamodb, words_table)
    messages = rows = 0
    try:
        for page in _pages(dynamodb, messages_table):
            with_text = [each for each in page if each.new and each.new.deleted_at is None]
            messages += len(with_text)
            rows += index(with_text, words)
    except Refusal as refusal:
        raise CommandError(f"{refusal.message}, after {messages} messages; do it again") from refusal
    return messages, rows


def _pages(dynamodb: DynamoDBClient, table: str) -> Iterator[Iterable[Revision]]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        yield revisions_of({"dynamodb": {"NewImage": item}} for item in page["Items"])
