"""Which rooms keep what was said for some days only: a list, in a partition of the table `rooms`.

Its rows are few and short, so that it needs no index. A room's own row tells its days, too, to its members.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.stores.dynamodb import Item, held, marshal, store_errors, unmarshal

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

_LIST = "#retentions"  # `#` is in no room's id, and an invitation's code is longer


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days a room keeps its log, and when it was last found to hold nothing older, epoch ms."""

    room_id: str
    days: int
    walked_at: int = 0


class Retentions:
    """Reads the list. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", rooms_table: str) -> None:
        self._client = client
        self._table = rooms_table

    def all(self) -> list[Retention]:
        """Return all that there are, the longest not walked through first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="roomId = :list",
            ExpressionAttributeValues=marshal({":list": _LIST}),
        )
        with store_errors():
            found = [_retention(unmarshal(item)) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda each: each.walked_at)

    def days_of(self, room_id: str) -> int:
        """Return for how many days a room keeps its log, as of this moment; 0 if for good."""
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_key(room_id), ConsistentRead=True)
        return _retention(unmarshal(answer["Item"])).days if "Item" in answer else 0

    def walked(self, room_id: str, now: int) -> None:
        """Note that a room holds nothing older at `now`, epoch ms, if it still has a retention."""
        held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=_key(room_id),
                UpdateExpression="SET walkedAt = :now",
                ConditionExpression="attribute_exists(roomId)",
                ExpressionAttributeValues=marshal({":now": now}),
            )
        )


def listing(table: str, room_id: str, days: int) -> "TransactWriteItemTypeDef":
    """Return the action that puts a room on the list, or takes it off where it keeps its log for good."""
    if not days:
        return {"Delete": {"TableName": table, "Key": _key(room_id)}}
    return {"Put": {"TableName": table, "Item": _key(room_id) | marshal({"days": days})}}


def _retention(item: Item) -> Retention:
    return Retention(item["item"], item["days"], item.get("walkedAt", 0))


def _key(room_id: str) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"roomId": _LIST, "item": room_id})
