"""What a user left in the logs of rooms, and how it goes with the account: texts, reactions, their name."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.protocol.message import Change, Message
from shared.protocol.refusals import RateLimited
from shared.stores.changes import CHANGEABLE, GONE_WITH_THE_TEXT
from shared.stores.dynamodb import (
    Item,
    failed_condition,
    held,
    marshal,
    repeated_on_conflict,
    store_errors,
    unmarshal,
)
from shared.stores.entries import entry_of, item_of, reaction_item, reactor_item
from shared.stores.pins import pinning

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )


class Traces:
    """Finds and removes them. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", messages_table: str, rooms_table: str) -> None:
        self._client = client
        self._table = messages_table
        self._rooms_table = rooms_table

    def of_user(self, user_id: str, after: str, until: str, limit: int) -> tuple[list[Message], bool]:
        """Return entries of a user between two sort keys, oldest first, and whether there are more.

        The index may lag behind by a moment.
        """
        # BETWEEN includes its ends; in no sort key is a `!`, and everything in one comes after it.
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                IndexName="userId-index",
                KeyConditionExpression="userId = :user AND sortKey BETWEEN :after AND :until",
                ExpressionAttributeValues=marshal({":user": user_id, ":after": f"{after}!", ":until": until}),
                Limit=limit,
            )
        return [entry_of(unmarshal(item)) for item in answer["Items"]], "LastEvaluatedKey" in answer

    def take_back(self, change: Change, name: str) -> bool:
        """Delete a message, or take a reaction away, and note it in the room's log.

        Args:
            change: a deletion, or a reaction that is off.
            name: what its author was called when they wrote that.

        Returns:
            Whether there was anything to take back.

        Raises:
            RateLimited: the message is being changed by somebody else.
        """
        noted: TransactWriteItemTypeDef = {
            "Put": {"TableName": self._table, "Item": marshal(item_of(change))}
        }
        actions: list[TransactWriteItemTypeDef] = [noted, {"Update": self._removal(change, name)}]
        actions += [write.action for write in pinning(change, self._rooms_table)]
        with store_errors():
            try:
                repeated_on_conflict(lambda: self._client.transact_write_items(TransactItems=actions))
            except ClientError as error:
                row = failed_condition(error, 1)
                if row is None:
                    raise
                if "deletedAt" not in row and row.get("changedAt", 0) >= change.created_at:
                    raise RateLimited("the message is being changed") from None
                return False
        return True

    def take_name(self, entry: Message) -> None:
        """Remove its author's name from an entry, and from those who ever reacted to its message."""
        if isinstance(entry, Change) and entry.kind == "reaction" and entry.on:
            reactors = _reactors(entry.user_id, entry.username)
            self._update_if_there(
                entry.room_id, entry.target, "DELETE reactors :reactors", {":reactors": reactors}
            )
        self._update_if_there(
            entry.room_id, entry.sort_key, "SET username = :nobody REMOVE clientMessageId", {":nobody": ""}
        )

    def _removal(self, change: Change, name: str) -> "UpdateTypeDef":
        values: Item = {":at": change.created_at}
        if change.kind == "deletion":
            update = (
                "SET changedAt = :at, deletedAt = :at, content = :nothing, username = :nothing"
                f" REMOVE {GONE_WITH_THE_TEXT}, clientMessageId"
            )
            condition = "userId = :author"
            values |= {":nothing": "", ":author": change.user_id}
        else:
            reaction = reaction_item(change.emoji or "", change.user_id)
            update = "SET changedAt = :at DELETE reactions :reactions, reactors :reactors"
            condition = "contains(reactions, :reaction)"
            values |= {
                ":reaction": reaction,
                ":reactions": frozenset({reaction}),
                ":reactors": _reactors(change.user_id, name),
            }
        return {
            "TableName": self._table,
            "Key": marshal({"roomId": change.room_id, "sortKey": change.target}),
            "UpdateExpression": update,
            "ConditionExpression": " AND ".join((*CHANGEABLE, condition)),
            "ExpressionAttributeNames": {"#kind": "kind"},
            "ExpressionAttributeValues": marshal(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _update_if_there(self, room_id: str, sort_key: str, update: str, values: Item) -> None:
        held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=marshal({"roomId": room_id, "sortKey": sort_key}),
                UpdateExpression=update,
                ConditionExpression="attribute_exists(userId)",
                ExpressionAttributeValues=marshal(values),
            )
        )


def _reactors(user_id: str, name: str) -> frozenset[str]:
    """Return how rows may keep a name: in releases before, whole."""
    return frozenset({reactor_item(user_id, name), f"{user_id} {name}"})
