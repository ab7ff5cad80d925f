"""Which messages the fan-out has seen. Whoever finds a stored message without a mark may publish it."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from shared.protocol.message import Message
from shared.stores.dynamodb import batch_get, batch_write, marshal

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LIFETIME_SECONDS = 24 * 60 * 60  # as long as a stream keeps its records

Key = tuple[str, str]
"""Room and sort key of a message."""


def key_of(message: Message) -> Key:
    """Return where a message has its mark."""
    return message.room_id, message.sort_key


class Published:
    """Reads and writes marks. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def mark(self, messages: Iterable[Message], now_seconds: int) -> None:
        """Mark messages as published. A mark that is not taken costs a second publication, no more."""
        keys = sorted({key_of(message) for message in messages})
        ttl = now_seconds + LIFETIME_SECONDS
        rows = [marshal({"roomId": room_id, "sortKey": sort_key, "ttl": ttl}) for room_id, sort_key in keys]
        batch_write(self._client, self._table, put=rows)

    def marked(self, keys: Collection[Key]) -> set[Key]:
        """Return those of the keys that have a mark."""
        wanted = [
            marshal({"roomId": room_id, "sortKey": sort_key}) for room_id, sort_key in sorted(set(keys))
        ]
        items = batch_get(self._client, self._table, wanted, attributes="roomId, sortKey")
        return {(item["roomId"], item["sortKey"]) for item in items}
