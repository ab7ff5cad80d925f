"""Deleted accounts: their status says so at once, and a list names those of which something is left.

The list is a partition of the table `users`. Its rows are few and short, so that it needs no index.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.protocol.refusals import InvalidFrame
from shared.stores.dynamodb import (
    Item,
    failed_condition,
    held,
    marshal,
    repeated_on_conflict,
    store_errors,
    unmarshal,
)
from shared.stores.users import status_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, UpdateTypeDef

# In mock mode a user may be called that: the items of their own rows begin otherwise.
_LIST, _ITEM = "deleted accounts", "erase#"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is left to do of a deleted account.

    Attributes:
        user_id: whose account it was.
        deleted_at: epoch ms.
        position: sort key up to which what they wrote is gone; empty at the beginning.
    """

    user_id: str
    deleted_at: int
    position: str = ""


class Erasures:
    """Marks accounts as deleted. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", users_table: str) -> None:
        self._client = client
        self._table = users_table

    def begin(self, user_id: str, handle: str | None, now: int) -> None:
        """Delete an account at `now`, epoch ms: it has no rights, no profile, and is on the list.

        The row of its handle stays as it is: nobody else can ever have that handle. Deleting an account again
        changes nothing.

        Args:
            user_id: whose account.
            handle: what they have to be called; None if it does not matter.
            now: epoch ms.

        Raises:
            InvalidFrame: they have another handle.
        """
        noted = _key(user_id) | marshal({"deletedAt": now, "position": ""})
        with store_errors():
            try:
                repeated_on_conflict(
                    lambda: self._client.transact_write_items(
                        TransactItems=[
                            {"Update": _end_of_rights(self._table, user_id, handle, now)},
                            {"Put": {"TableName": self._table, "Item": noted}},
                        ]
                    )
                )
            except ClientError as error:
                status = failed_condition(error, 0)
                if status is None:
                    raise
                if "deletedAt" not in status:
                    raise InvalidFrame("handle: it is not that of the account") from None

    def pending(self, limit: int) -> list[Erasure]:
        """Return what is left to do of at most `limit` accounts, the longest deleted first."""
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="userId = :list AND begins_with(#item, :prefix)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues=marshal({":list": _LIST, ":prefix": _ITEM}),
                ConsistentRead=True,
                Limit=limit,
            )
        found = [_erasure(unmarshal(item)) for item in answer["Items"]]
        return sorted(found, key=lambda each: each.deleted_at)

    def advance(self, erasure: Erasure) -> None:
        """Keep how far an erasure has come, unless another run has finished it meanwhile."""
        held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=_key(erasure.user_id),
                UpdateExpression="SET #position = :position",
                ConditionExpression="attribute_exists(deletedAt)",
                ExpressionAttributeNames={"#position": "position"},
                ExpressionAttributeValues=marshal({":position": erasure.position}),
            )
        )

    def finish(self, user_id: str) -> None:
        """Take an account off the list: nothing is left of it but that it was deleted."""
        with store_errors():
            self._client.delete_item(TableName=self._table, Key=_key(user_id))


def _end_of_rights(table: str, user_id: str, handle: str | None, now: int) -> "UpdateTypeDef":
    values: Item = {":now": now, ":seconds": now // 1000}
    condition = "attribute_not_exists(deletedAt)"
    if handle is not None:
        condition += " AND handle = :handle"
        values[":handle"] = handle
    return {
        "TableName": table,
        "Key": status_key(user_id),
        "UpdateExpression": "SET deletedAt = :now, tokensValidAfter = :seconds"
        " REMOVE handle, displayName, statusText, showLastSeen, lastSeenAt",
        "ConditionExpression": condition,
        "ExpressionAttributeValues": marshal(values),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _erasure(item: Item) -> Erasure:
    return Erasure(item["item"].removeprefix(_ITEM), item["deletedAt"], item["position"])


def _key(user_id: str) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"userId": _LIST, "item": f"{_ITEM}{user_id}"})
