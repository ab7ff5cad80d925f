"""When people were here last, in their rows of the table `users`: of those alone who want it told.

The choice is made with the profile (`shared/stores/profiles.py`) and is the condition of each write here:
where it is taken back, or the account deleted, no connection that ends later writes anything.
"""

from typing import TYPE_CHECKING

from shared.stores.dynamodb import Item, held, marshal
from shared.stores.users import status_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# How long ago it was is all that is told. To the millisecond it would also tell who closed their pages
# together; and what is not stored is in no backup either.
COARSENESS_MS = 60_000


class LastSeen:
    """Notes it. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", users_table: str) -> None:
        self._client = client
        self._table = users_table

    def note(self, user_id: str, now: int) -> None:
        """Note by one write that a user was here at `now`, epoch ms, if they want it told.

        A time that is noted never goes back.
        """
        held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=status_key(user_id),
                UpdateExpression="SET lastSeenAt = :now",
                ConditionExpression="attribute_exists(showLastSeen) AND attribute_not_exists(deletedAt)"
                " AND (attribute_not_exists(lastSeenAt) OR lastSeenAt < :now)",
                ExpressionAttributeValues=marshal({":now": now - now % COARSENESS_MS}),
            )
        )


def is_shown(status: Item) -> bool:
    """Tell by their row `status` whether a user wants it told when they were here last."""
    return "showLastSeen" in status
