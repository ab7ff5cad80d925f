"""Entries of a room's log that are older than a time, and how they go: rows, pins, and all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.stores.dynamodb import batch_write, marshal, repeated_on_conflict, store_errors
from shared.stores.pins import Pins, unpinning

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class OldEntries:
    """Finds and removes them. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", messages_table: str, rooms_table: str) -> None:
        self._client = client
        self._table = messages_table
        self._rooms_table = rooms_table

    def unpin(self, room_id: str, before: str) -> None:
        """Take what is pinned before a sort key off the pins of its room, whether or not it is there still.

        A pin of what is not there would take a place among those that a room may have, and nobody could take
        it off. It may be pinned while it is being removed; then it goes by the next call.
        """
        old = [each for each in Pins(self._client, self._rooms_table).of_room(room_id) if each < before]
        if old:
            update = unpinning(room_id, old, self._rooms_table)
            with store_errors():
                repeated_on_conflict(lambda: self._client.update_item(**update))

    def of_room(self, room_id: str, before: str, limit: int) -> list[str]:
        """Return the places of up to `limit` entries before a sort key, oldest first, read consistently."""
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="roomId = :room AND sortKey < :before",
                ExpressionAttributeValues=marshal({":room": room_id, ":before": before}),
                ProjectionExpression="sortKey",
                Limit=limit,
                ConsistentRead=True,  # what was just removed would else be removed again, which costs more
            )
        return [item["sortKey"]["S"] for item in answer["Items"]]

    def remove(self, room_id: str, sort_keys: Sequence[str]) -> None:
        """Remove entries for good. Removing them again changes nothing."""
        keys = [marshal({"roomId": room_id, "sortKey": each}) for each in sort_keys]
        batch_write(self._client, self._table, removed=keys)
