"""Which messages of a room are pinned: a row of the table `rooms`, a set that changes add to."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from shared.protocol.message import Change
from shared.protocol.refusals import Forbidden
from shared.stores.dynamodb import marshal, store_errors, unmarshal
from shared.stores.sends import Write

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        UpdateItemInputTypeDef,
        UpdateTypeDef,
    )

PIN_LIMIT = 50  # of a room: a list that one looks through


class Pins:
    """Reads pins. Raises RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def of_room(self, room_id: str) -> list[str]:
        """Return the sort keys of the messages that are pinned in a room, oldest first."""
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_key(room_id), ConsistentRead=True)
        return sorted(unmarshal(answer.get("Item", {})).get("pins", ()))


def pinning(change: Change, table: str) -> list[Write]:
    """Return what a change does to the pins of its room: nothing, unless it pins, unpins or deletes."""
    is_pin = change.kind == "pin" and change.on
    if not is_pin and change.kind not in ("pin", "deletion"):
        return []
    update: UpdateTypeDef = {
        "TableName": table,
        "Key": _key(change.room_id),
        "UpdateExpression": "ADD pins :pins" if is_pin else "DELETE pins :pins",
        "ExpressionAttributeValues": marshal({":pins": frozenset({change.target})}),
    }
    if is_pin:
        update["ConditionExpression"] = (
            "attribute_not_exists(pins) OR contains(pins, :pin) OR size(pins) < :limit"
        )
        update["ExpressionAttributeValues"] = marshal(
            {":pins": frozenset({change.target}), ":pin": change.target, ":limit": PIN_LIMIT}
        )
    return [Write({"Update": update}, lambda _row: Forbidden(f"a room has {PIN_LIMIT} pins at most"))]


def unpinning(room_id: str, sort_keys: Collection[str], table: str) -> "UpdateItemInputTypeDef":
    """Return the update that takes messages off the pins of their room; those that are not there stay so."""
    return {
        "TableName": table,
        "Key": _key(room_id),
        "UpdateExpression": "DELETE pins :pins",
        "ExpressionAttributeValues": marshal({":pins": frozenset(sort_keys)}),
    }


def _key(room_id: str) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"roomId": room_id, "item": "pins"})
