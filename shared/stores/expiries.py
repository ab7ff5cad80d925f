"""The table `expiries`: which connections end in which minute, unless their users show newer tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.stores.dynamodb import marshal, store_errors, unmarshal

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

MINUTE_SECONDS = 60
_KEPT_SECONDS = 60 * 60  # of a note that nobody took


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a connection is to end, epoch s."""

    ends_at: int
    connection_id: str


class Expiries:
    """Notes when connections end. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def note(self, expiry: Expiry) -> None:
        """Note when a connection ends."""
        row = _key(expiry) | marshal({"endsAt": expiry.ends_at, "ttl": expiry.ends_at + _KEPT_SECONDS})
        with store_errors():
            self._client.put_item(TableName=self._table, Item=row)

    def move(self, before: Expiry, after: Expiry) -> None:
        """Note a later end of a connection in place of an earlier one."""
        self.note(after)
        if _key(before) != _key(after):  # of the same minute it is the same note
            self.forget(before)

    def within(self, begin: int, end: int) -> Iterator[Expiry]:
        """Yield what ends in the minutes from that of `begin` to that of `end`, epoch s."""
        for minute in range(_minute(begin), _minute(end) + 1):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="endsInMinute = :minute",
                ExpressionAttributeValues=marshal({":minute": str(minute)}),
                ConsistentRead=True,
            )
            with store_errors():
                for page in pages:
                    for item in map(unmarshal, page["Items"]):
                        yield Expiry(item["endsAt"], item["connectionId"])

    def forget(self, expiry: Expiry) -> None:
        """Remove a note."""
        with store_errors():
            self._client.delete_item(TableName=self._table, Key=_key(expiry))


def _minute(epoch_seconds: int) -> int:
    return epoch_seconds // MINUTE_SECONDS


def _key(expiry: Expiry) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"endsInMinute": str(_minute(expiry.ends_at)), "connectionId": expiry.connection_id})
