"""What a user chose for a room, and how far they have read there: kept in their row of the memberships table.

Somebody who is no member may have such a row, too, so that choices outlive a membership.
"""

from typing import TYPE_CHECKING

from shared.rooms import Notify
from shared.stores.dynamodb import held, marshal
from shared.stores.membership_rows import membership_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import UpdateTypeDef


class Choices:
    """Writes choices. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        """`table` is that of the memberships."""
        self._client = client
        self._table = table

    def mark_read(self, user_id: str, room_id: str, sort_key: str, username: str) -> bool:
        """Note how far a member has read, and their name by now; return whether it is further than before.

        Then it is not marked unread any more.
        """
        return held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=membership_key(user_id, room_id),
                UpdateExpression="SET lastRead = :read, username = :name REMOVE markedUnread",
                ConditionExpression="attribute_exists(userId)"
                " AND (attribute_not_exists(lastRead) OR lastRead < :read)",
                ExpressionAttributeValues=marshal({":read": sort_key, ":name": username}),
            )
        )

    def set_notify(self, user_id: str, room_id: str, notify: Notify) -> bool:
        """Set what a user who has a row there is told of a room; return whether there is one."""
        return held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=membership_key(user_id, room_id),
                UpdateExpression="SET #notify = :notify",
                ConditionExpression="attribute_exists(userId)",
                ExpressionAttributeNames={"#notify": "notify"},
                ExpressionAttributeValues=marshal({":notify": notify}),
            )
        )

    def set_choices(
        self, user_id: str, room_id: str, *, favourite: bool | None, marked_unread: bool | None
    ) -> bool:
        """Set what a user who has a row there has chosen for a room; return whether there is one.

        What is None stays as it is.
        """
        chosen = {"favourite": favourite, "markedUnread": marked_unread}
        clauses = {
            "SET": [f"{name} = :on" for name, on in chosen.items() if on],
            "REMOVE": [name for name, on in chosen.items() if on is False],
        }
        update: UpdateTypeDef = {
            "TableName": self._table,
            "Key": membership_key(user_id, room_id),
            "UpdateExpression": " ".join(
                f"{verb} {', '.join(what)}" for verb, what in clauses.items() if what
            ),
            "ConditionExpression": "attribute_exists(userId)",
        }
        if clauses["SET"]:
            update["ExpressionAttributeValues"] = marshal({":on": 1})
        return held(lambda: self._client.update_item(**update))
