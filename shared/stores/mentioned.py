"""Which messages mention a user: rows `mention#<sort key>` of theirs in the table `users`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.stores.dynamodb import Item, batch_write, marshal, store_errors, unmarshal

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputTypeDef

LIFETIME_SECONDS = 90 * 24 * 60 * 60
_PREFIX = "mention#"


@dataclass(frozen=True, slots=True)
class Mention:
    """That a message, named by room and sort key, mentions a user by that handle; `here` is everybody's."""

    user_id: str
    room_id: str
    sort_key: str
    handle: str


class Mentioned:
    """Reads and writes mentions. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", users_table: str) -> None:
        self._client = client
        self._table = users_table

    def write(self, put: Iterable[Mention], removed: Iterable[Mention]) -> None:
        """Write and remove mentions, each message of a user once. Repeating it changes nothing."""
        batch_write(self._client, self._table, put=map(_item, put), removed=map(_key, removed))

    def of_user(self, user_id: str, *, before: str | None, limit: int, now_seconds: int) -> list[Mention]:
        """Return up to `limit` mentions of a user, newest first, those `before` a sort key if there is one.

        The read is eventually consistent; what has run out by now is left out.
        """
        query = self._query(user_id, limit)
        if before:
            query["ExclusiveStartKey"] = marshal({"userId": user_id, "item": _PREFIX + before})
        with store_errors():
            items = map(unmarshal, self._client.query(**query)["Items"])
        return [
            Mention(user_id, item["roomId"], item["item"].removeprefix(_PREFIX), item["handle"])
            for item in items
            if item["ttl"] > now_seconds
        ]

    def forget(self, user_id: str, limit: int) -> bool:
        """Remove up to `limit` mentions of a user, whatever their age; return whether there may be more."""
        query: QueryInputTypeDef = {**self._query(user_id, limit), "ProjectionExpression": "userId, #item"}
        with store_errors():
            answer = self._client.query(**query)
        batch_write(self._client, self._table, removed=answer["Items"])
        return "LastEvaluatedKey" in answer

    def _query(self, user_id: str, limit: int) -> "QueryInputTypeDef":
        return {
            "TableName": self._table,
            "KeyConditionExpression": "userId = :user AND begins_with(#item, :prefix)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": marshal({":user": user_id, ":prefix": _PREFIX}),
            "ScanIndexForward": False,
            "Limit": limit,
        }


def _key(mention: Mention) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"userId": mention.user_id, "item": _PREFIX + mention.sort_key})


def _item(mention: Mention) -> "dict[str, AttributeValueTypeDef]":
    ttl = int(mention.sort_key.split("#")[0]) // 1000 + LIFETIME_SECONDS
    rest: Item = {"roomId": mention.room_id, "handle": mention.handle, "ttl": ttl}
    return _key(mention) | marshal(rest)
