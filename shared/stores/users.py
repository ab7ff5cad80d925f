"""The status of users, one row each of the table `users`: may they act at all, and how often."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.protocol.refusals import Banned, RateLimited, Refusal, Unauthenticated
from shared.rate import Bucket
from shared.stores.dynamodb import Item, marshal, store_errors

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

FOR_GOOD = 9_999_999_999_999
"""Epoch ms of a ban without an end: the last of 13 digits."""


@dataclass(frozen=True, slots=True)
class Spending:
    """One message more of a user: by which token, when, and out of which bucket.

    `issued_at` is the token's `iat`, epoch s, None without a token (mock mode); `now` is epoch ms.
    """

    user_id: str
    issued_at: int | None
    now: int
    bucket: Bucket

    def action(self, table: str, status: Item | None) -> "TransactWriteItemTypeDef":
        """Part of a transaction: spend one, if the user may act. `status` is the row if it has been seen.

        One that was not seen is taken for that of somebody whose bucket is full, as it mostly is.
        """
        spent_until = (status or {}).get("messagesSpentUntil", 0)
        values: Item = {":now": self.now, ":spent": self.bucket.after_one(spent_until, self.now)}
        conditions = ["(attribute_not_exists(bannedUntil) OR bannedUntil <= :now)"]
        if self.issued_at is not None:
            conditions.append("(attribute_not_exists(tokensValidAfter) OR tokensValidAfter < :issued)")
            values[":issued"] = self.issued_at
        if spent_until > self.now:
            conditions.append("messagesSpentUntil = :seen")
            values[":seen"] = spent_until
        else:
            conditions.append("(attribute_not_exists(messagesSpentUntil) OR messagesSpentUntil <= :now)")
        return {
            "Update": {
                "TableName": table,
                "Key": _key(self.user_id),
                "UpdateExpression": "SET messagesSpentUntil = :spent",
                "ConditionExpression": " AND ".join(conditions),
                "ExpressionAttributeValues": marshal(values),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def refusal(self, status: Item) -> Refusal | None:
        """Why a user of that status may not; None if they may."""
        if (banned_until := status.get("bannedUntil", 0)) > self.now:
            wait = None if banned_until == FOR_GOOD else banned_until - self.now
            return Banned("you are banned", retry_after_ms=wait)
        if self.issued_at is not None and status.get("tokensValidAfter", -1) >= self.issued_at:
            return Unauthenticated("the token was revoked")
        if wait := self.bucket.wait_ms(status.get("messagesSpentUntil", 0), self.now):
            return RateLimited("too many messages at once", retry_after_ms=wait)
        return None


class Users:
    """Changes what users may do. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def ban(self, user_id: str, until: int = FOR_GOOD) -> None:
        """Refuse whatever the user does until then, epoch ms."""
        self._set(user_id, "bannedUntil", until)

    def unban(self, user_id: str) -> None:
        """End a ban. Ending none changes nothing."""
        self._set(user_id, "bannedUntil", 0)

    def sign_out(self, user_id: str, now_seconds: int) -> None:
        """Refuse every token that the user has by now, epoch s, that of this very second included."""
        self._set(user_id, "tokensValidAfter", now_seconds)

    def _set(self, user_id: str, attribute: str, value: int) -> None:
        with store_errors():
            self._client.update_item(
                TableName=self._table,
                Key=_key(user_id),
                UpdateExpression=f"SET {attribute} = :value",
                ExpressionAttributeValues=marshal({":value": value}),
            )


def _key(user_id: str) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"userId": user_id, "item": "status"})
