"""Entries of a room's log that are older than a time, and how they go: rows, pins, and all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.stores.dynamodb import batch_write, marshal, store_errors
from shared.stores.pins import unpinning

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class OldEntry:
    """The place of an entry, and whether it is a message that is pinned."""

    sort_key: str
    pinned: bool


class OldEntries:
    """Finds and removes them. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", messages_table: str, rooms_table: str) -> None:
        self._client = client
        self._table = messages_table
        self._rooms_table = rooms_table

    def of_room(self, room_id: str, before: str, limit: int) -> list[OldEntry]:
        """Return up to `limit` of a room's entries before a sort key, oldest first, read consistently."""
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="roomId = :room AND sortKey < :before",
                ExpressionAttributeValues=marshal({":room": room_id, ":before": before}),
                ProjectionExpression="sortKey, pinnedAt",
                Limit=limit,
                ConsistentRead=True,  # what was just removed would else be removed again, which costs more
            )
        return [OldEntry(item["sortKey"]["S"], "pinnedAt" in item) for item in answer["Items"]]

    def remove(self, room_id: str, entries: Sequence[OldEntry]) -> None:
        """Remove entries for good. Removing them again changes nothing.

        Their pins go first: a pin of what is not there would take a place among those that a room may have.
        """
        if pinned := [each.sort_key for each in entries if each.pinned]:
            with store_errors():
                self._client.update_item(**unpinning(room_id, pinned, self._rooms_table))
        keys = [marshal({"roomId": room_id, "sortKey": each.sort_key}) for each in entries]
        batch_write(self._client, self._table, removed=keys)
