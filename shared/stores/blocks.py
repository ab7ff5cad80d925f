"""Who does not want to hear of whom: rows `block#<user id>` of the one who blocks, in the table `users`.

A conversation of two also says it in the membership of whom is blocked, which the transaction of a send
checks anyway. Both rows are written together, and no conversation begins while one of the two blocks the
other: where there is one, the membership says what the list says.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.protocol.refusals import RateLimited
from shared.rooms import direct_room_id
from shared.stores.dynamodb import Item, batch_get, marshal, store_errors, transacted, unmarshal
from shared.stores.user_items import forget_items, items_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

_PREFIX = "block#"


@dataclass(frozen=True, slots=True)
class Block:
    """That somebody blocks a user since `blocked_at`, epoch ms."""

    user_id: str
    blocked_at: int


@dataclass(frozen=True, slots=True)
class BlockPage:
    """Some of whom a user blocks, and where to go on, None at the end."""

    blocks: list[Block]
    next: str | None


class Blocks:
    """Reads and writes who blocks whom. All methods raise RateLimited or Unavailable when DynamoDB fails.

    A pair is the id of who blocks, and that of who is blocked.
    """

    def __init__(self, client: "DynamoDBClient", users_table: str, memberships_table: str) -> None:
        self._client = client
        self._table = users_table
        self._memberships_table = memberships_table

    def among(self, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of the pairs of whom the one blocks the other, as of this moment."""
        keys = [_key(*pair) for pair in sorted(set(pairs))]
        items = batch_get(self._client, self._table, keys, consistent=True)
        return {(item["userId"], item["item"].removeprefix(_PREFIX)) for item in items}

    def put(self, blocker: str, blocked: str, now: int) -> None:
        """Block a user from `now` on, epoch ms."""
        row = _key(blocker, blocked) | marshal({"blockedAt": now})
        mark = self._membership(blocker, blocked, "SET blockedAt = :now")
        mark["ExpressionAttributeValues"] = marshal({":now": now})
        self._write({"Put": {"TableName": self._table, "Item": row}}, mark)

    def remove(self, blocker: str, blocked: str) -> None:
        """Block a user no more."""
        key = _key(blocker, blocked)
        unmark = self._membership(blocker, blocked, "REMOVE blockedAt")
        self._write({"Delete": {"TableName": self._table, "Key": key}}, unmark)

    def of_user(self, user_id: str, after: str | None, limit: int) -> BlockPage:
        """Return a page of whom a user blocks, by their ids; `after` is the `next` of the page before."""
        query = items_of(self._table, user_id, _PREFIX, limit)
        query["ConsistentRead"] = True
        if after:
            query["ExclusiveStartKey"] = _key(user_id, after)
        with store_errors():
            answer = self._client.query(**query)
        last = answer.get("LastEvaluatedKey")
        return BlockPage(
            [_block(unmarshal(item)) for item in answer["Items"]],
            next=_blocked(unmarshal(last)) if last else None,
        )

    def forget(self, user_id: str, limit: int) -> bool:
        """Remove up to `limit` of whom a deleted account blocked; return whether there may be more.

        Its conversations of two have nobody any more who would read what is written there: they stay closed.
        """
        return forget_items(self._client, self._table, user_id, _PREFIX, limit)

    def absent(self, blocker: str, blocked: str) -> "TransactWriteItemTypeDef":
        """Return the check that one does not block the other."""
        return {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": _key(blocker, blocked),
                "ConditionExpression": "attribute_not_exists(userId)",
            }
        }

    def _write(self, write: "TransactWriteItemTypeDef", change: "UpdateTypeDef") -> None:
        """Write the list and, where the two have a conversation, the membership of who is blocked there."""
        there: TransactWriteItemTypeDef = {
            "Update": {**change, "ConditionExpression": "attribute_exists(userId)"}
        }
        not_there: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": change["TableName"],
                "Key": change["Key"],
                "ConditionExpression": "attribute_not_exists(userId)",
            }
        }
        if not any(transacted(self._client, [write, case], decisive=1) for case in (there, not_there)):
            raise RateLimited("a conversation of the two is being made")

    def _membership(self, blocker: str, blocked: str, expression: str) -> "UpdateTypeDef":
        return {
            "TableName": self._memberships_table,
            "Key": marshal({"userId": blocked, "roomId": direct_room_id(blocker, blocked)}),
            "UpdateExpression": expression,
        }


def _key(blocker: str, blocked: str) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"userId": blocker, "item": f"{_PREFIX}{blocked}"})


def _blocked(item: Item) -> str:
    blocked: str = item["item"].removeprefix(_PREFIX)
    return blocked


def _block(item: Item) -> Block:
    return Block(_blocked(item), item["blockedAt"])
