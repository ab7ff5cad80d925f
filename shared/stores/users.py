"""The status of users, one row each of the table `users`: may they act at all, and how often."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.auth.identity import Identity
from shared.protocol.refusals import Banned, RateLimited, Refusal, Unauthenticated
from shared.rate import Bucket, EmptyBuckets
from shared.stores.dynamodb import (
    CONFLICT_ATTEMPTS,
    Item,
    error_code,
    marshal,
    repeated_on_conflict,
    store_errors,
    unmarshal,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, UpdateTypeDef

FOR_GOOD = 9_999_999_999_999
"""Epoch ms of a ban without an end: the last of 13 digits."""


@dataclass(frozen=True, slots=True)
class Spending:
    """One message more of a user, or of whatever else is limited: by which token, when, out of which bucket.

    Attributes:
        user_id: whose bucket it is.
        issued_at: the token's `iat`, epoch s; None without a token (mock mode).
        now: epoch ms.
        bucket: how often it may be done.
        empty: the buckets that were just seen empty.
        what: what is done; each has a bucket of its own.
    """

    user_id: str
    issued_at: int | None
    now: int
    bucket: Bucket
    empty: EmptyBuckets
    what: str = "messages"

    def refuse_what_is_known(self) -> None:
        """Ask nobody.

        Raises:
            RateLimited: the bucket was empty a moment ago, and is still.
        """
        if wait := self.empty.wait_ms(self.user_id, self.what, self.now):
            raise self._too_often(wait)

    def update(self, table: str, status: Item | None) -> "UpdateTypeDef":
        """Return the update that spends one, if the user may act. `status` is the row if it has been seen.

        One that was not seen is taken for that of somebody whose bucket is full, as it mostly is.
        """
        attribute = self._attribute
        spent_until = (status or {}).get(attribute, 0)
        values: Item = {":now": self.now, ":spent": self.bucket.after_one(spent_until, self.now)}
        conditions = [
            "attribute_not_exists(deletedAt)",
            "(attribute_not_exists(bannedUntil) OR bannedUntil <= :now)",
        ]
        if self.issued_at is not None:
            conditions.append("(attribute_not_exists(tokensValidAfter) OR tokensValidAfter < :issued)")
            values[":issued"] = self.issued_at
        if spent_until > self.now:
            conditions.append(f"{attribute} = :seen")
            values[":seen"] = spent_until
        else:
            conditions.append(f"(attribute_not_exists({attribute}) OR {attribute} <= :now)")
        return {
            "TableName": table,
            "Key": status_key(self.user_id),
            "UpdateExpression": f"SET {attribute} = :spent",
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeValues": marshal(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def refusal(self, status: Item) -> Refusal | None:
        """Why a user of that status may not; None if they may."""
        if refusal := refusal_of(status, self.issued_at, self.now):
            return refusal
        if wait := self.bucket.wait_ms(status.get(self._attribute, 0), self.now):
            self.empty.note(self.user_id, self.what, wait, self.now)
            return self._too_often(wait)
        return None

    def _too_often(self, wait_ms: int) -> RateLimited:
        return RateLimited(f"too many {self.what} at once", retry_after_ms=wait_ms)

    @property
    def _attribute(self) -> str:
        return f"{self.what}SpentUntil"


def refusal_of(status: Item, issued_at: int | None, now: int) -> Refusal | None:
    """Return why a user of that status may do nothing at all at `now`, epoch ms; None if they may."""
    if "deletedAt" in status:
        return Unauthenticated("the account was deleted")
    if (banned_until := status.get("bannedUntil", 0)) > now:
        wait = None if banned_until == FOR_GOOD else banned_until - now
        return Banned("you are banned", retry_after_ms=wait)
    if issued_at is not None and status.get("tokensValidAfter", -1) >= issued_at:
        return Unauthenticated("the token was revoked")
    return None


class Users:
    """Holds users to what they may do, and changes it.

    All methods raise RateLimited or Unavailable when DynamoDB fails.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._empty = EmptyBuckets()

    def spend(self, user: Identity, what: str, bucket: Bucket, now: int) -> Item:
        """Let a user do something once more at `now`, epoch ms; return their row `status`.

        One write; a second one where they did the same a moment ago, and none where they were just refused.

        Raises:
            Banned, Unauthenticated, RateLimited: they may not act, with this token, or so often.
        """
        spending = Spending(user.user_id, user.issued_at, now, bucket, self._empty, what)
        spending.refuse_what_is_known()
        status: Item | None = None
        for _ in range(CONFLICT_ATTEMPTS):
            is_done, status = self._spent(spending, status)
            if is_done:
                return status
            if refusal := spending.refusal(status):
                raise refusal
        raise RateLimited(f"too many {what} at once")

    def check(self, user: Identity, now: int) -> None:
        """Check by one read that a user may act at `now`, epoch ms.

        Raises:
            Banned, Unauthenticated: they may not, or not with this token.
        """
        if refusal := refusal_of(self._status(user.user_id), user.issued_at, now):
            raise refusal

    def is_known(self, user_id: str) -> bool:
        """Tell by one read whether there is such a user: who ever came, and has not deleted their account."""
        return bool(status := self._status(user_id)) and "deletedAt" not in status

    def _status(self, user_id: str) -> Item:
        with store_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=status_key(user_id), ConsistentRead=True
            )
        return unmarshal(answer.get("Item", {}))

    def _spent(self, spending: Spending, status: Item | None) -> tuple[bool, Item]:
        """Return whether it is done, and the row as it is."""
        with store_errors():
            try:
                update = spending.update(self._table, status)
                answer = repeated_on_conflict(
                    lambda: self._client.update_item(**update, ReturnValues="ALL_NEW")
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                response: Item = {**error.response}
                return False, unmarshal(response.get("Item", {}))
        return True, unmarshal(answer["Attributes"])

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
            repeated_on_conflict(
                lambda: self._client.update_item(
                    TableName=self._table,
                    Key=status_key(user_id),
                    UpdateExpression=f"SET {attribute} = :value",
                    ExpressionAttributeValues=marshal({":value": value}),
                )
            )


def status_key(user_id: str) -> "dict[str, AttributeValueTypeDef]":
    """Return the key of a user's row `status`."""
    return marshal({"userId": user_id, "item": "status"})
