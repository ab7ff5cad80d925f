"""Storing messages, each client's id once: the tables `messages` and `users`."""

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from shared.protocol.message import Message
from shared.protocol.refusals import RateLimited, Refusal, Unavailable
from shared.rate import Bucket
from shared.rights import RoomAction, decide
from shared.rooms import kind_of
from shared.stores.dynamodb import (
    CONFLICT_ATTEMPTS,
    Item,
    error_code,
    failed_condition,
    marshal,
    repeated_on_conflict,
    store_errors,
    unmarshal,
)
from shared.stores.memberships import standing_of
from shared.stores.messages import item_of
from shared.stores.users import Spending

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import ConditionCheckTypeDef, TransactWriteItemTypeDef

# A client keeps what is not acknowledged; whoever is offline for longer reads history before repeating.
REMEMBERED_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client's id was first used for. Times are epoch ms; `username` is the author's at that time.

    `claimed_at` is when a repetition last undertook to publish the message again, `published_at` the last
    such time that came to its end; 0 for never.
    """

    room_id: str
    sort_key: str
    created_at: int
    username: str
    text_hash: str
    claimed_at: int
    published_at: int

    def is_of(self, message: Message) -> bool:
        """Tell whether this is the same text in the same room, so that nothing has to be read."""
        return (self.room_id, self.text_hash) == (message.room_id, _hash(message.content))


class _ConditionsFailed(Exception):
    """Nothing was written; each row is that of a condition that does not hold."""

    def __init__(self, membership: Item | None, status: Item | None, earlier: Sent | None) -> None:
        self.membership = membership
        self.status = status
        self.earlier = earlier


class Sends:
    """Writes messages. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(
        self,
        client: "DynamoDBClient",
        messages_table: str,
        users_table: str,
        memberships_table: str,
        bucket: Bucket,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._messages_table = messages_table
        self._users_table = users_table
        self._memberships_table = memberships_table

    def put_once(self, message: Message, *, issued_at: int | None = None) -> Sent | None:
        """Store the message if its author may write there, unless they have used its client's id before.

        `issued_at` is that of the author's token, epoch s, None where there are no tokens (mock mode).

        One transaction decides all of it, so that a right that was taken away is gone at the next frame. It
        touches rows of the author alone: users never get into each other's way.

        Returns:
            None if it is stored now, else what the id was first used for.

        Raises:
            Banned, Unauthenticated, RateLimited: the author may not act, with this token, or so often.
            Banned, Muted, Forbidden: the author may not write in the room.
        """
        spending = Spending(message.user_id, issued_at, message.created_at, self._bucket)
        status: Item | None = None
        for _ in range(CONFLICT_ATTEMPTS):
            try:
                self._transact(message, {"Update": spending.update(self._users_table, status)})
            except _ConditionsFailed as failed:
                if failed.earlier is not None:  # it is true, whatever its author may do now
                    return failed.earlier
                if failed.status is not None and (refusal := spending.refusal(failed.status)):
                    raise refusal from None
                if failed.membership is not None:
                    raise _refusal(message, failed.membership) from None
                status = failed.status  # somebody who just wrote, and may write more
            else:
                return None
        raise RateLimited("too many messages of one user at once")

    def _transact(self, message: Message, spend: "TransactWriteItemTypeDef") -> None:
        actions = [self._allowed(message), spend, self._stored(message)]
        if message.client_message_id:
            actions.append(self._remembered(message, message.client_message_id))
        with store_errors():
            try:
                repeated_on_conflict(lambda: self._client.transact_write_items(TransactItems=actions))
            except ClientError as error:
                membership, status, _, earlier = (failed_condition(error, action) for action in range(4))
                if membership is None and status is None and earlier is None:
                    raise
                raise _ConditionsFailed(membership, status, _sent(earlier) if earlier else None) from None

    def _allowed(self, message: Message) -> "TransactWriteItemTypeDef":
        values: Item = {":now": message.created_at}
        condition = (
            "(attribute_not_exists(bannedUntil) OR bannedUntil <= :now)"
            " AND (attribute_not_exists(mutedUntil) OR mutedUntil <= :now)"
        )
        check: ConditionCheckTypeDef = {
            "TableName": self._memberships_table,
            "Key": marshal({"userId": message.user_id, "roomId": message.room_id}),
            "ConditionExpression": condition,
            "ExpressionAttributeValues": marshal(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if kind_of(message.room_id) != "public":
            check["ConditionExpression"] = f"attribute_exists(#role) AND #role <> :none AND {condition}"
            check["ExpressionAttributeNames"] = {"#role": "role"}
            check["ExpressionAttributeValues"] = marshal({**values, ":none": "none"})
        return {"ConditionCheck": check}

    def _stored(self, message: Message) -> "TransactWriteItemTypeDef":
        # Its id is the server's and new, so that this overwrites nothing, also when it is repeated.
        return {"Put": {"TableName": self._messages_table, "Item": marshal(item_of(message))}}

    def _remembered(self, message: Message, client_message_id: str) -> "TransactWriteItemTypeDef":
        remembered = {
            **_key(message.user_id, client_message_id),
            "roomId": message.room_id,
            "sortKey": message.sort_key,
            "createdAt": message.created_at,
            "username": message.username,
            "textHash": _hash(message.content),
            "claimedAt": 0,
            "publishedAt": 0,
            "ttl": message.created_at // 1000 + REMEMBERED_SECONDS,
        }
        return {
            "Put": {
                "TableName": self._users_table,
                "Item": marshal(remembered),
                "ConditionExpression": "attribute_not_exists(userId)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def claim(self, user_id: str, client_message_id: str, now: int, every_ms: int) -> Sent | None:
        """Undertake to publish a message again, unless somebody did in the last `every_ms`.

        `now` is epoch ms.

        Returns:
            None if it is the caller's to publish, else what is known of the other's attempt.
        """
        with store_errors():
            try:
                repeated_on_conflict(
                    lambda: self._client.update_item(
                        TableName=self._users_table,
                        Key=marshal(_key(user_id, client_message_id)),
                        UpdateExpression="SET claimedAt = :now",
                        ConditionExpression="claimedAt <= :before",
                        ExpressionAttributeValues=marshal({":now": now, ":before": now - every_ms}),
                        ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    )
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                other = cast("dict[str, Any]", error.response).get("Item")
                return _sent(unmarshal(other)) if other else None  # its day is over: nobody else's then
        return None

    def note_published(self, user_id: str, client_message_id: str, claimed_at: int) -> None:
        """Keep that the claim of that time has published, so that repetitions may say so without doing it."""
        with store_errors():
            try:
                self._client.update_item(
                    TableName=self._users_table,
                    Key=marshal(_key(user_id, client_message_id)),
                    UpdateExpression="SET publishedAt = :claimed",
                    ConditionExpression="claimedAt = :claimed",
                    ExpressionAttributeValues=marshal({":claimed": claimed_at}),
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise


def _refusal(message: Message, membership: Item) -> Refusal:
    standing = standing_of(membership, message.created_at)
    refusal = decide(RoomAction.WRITE, kind_of(message.room_id), standing)
    return refusal or Unavailable("the right to write changed meanwhile")


def _key(user_id: str, client_message_id: str) -> Item:
    return {"userId": user_id, "item": f"sent#{client_message_id}"}


def _sent(item: Item) -> Sent:
    return Sent(
        room_id=item["roomId"],
        sort_key=item["sortKey"],
        created_at=item["createdAt"],
        username=item["username"],
        text_hash=item["textHash"],
        claimed_at=item["claimedAt"],
        published_at=item["publishedAt"],
    )


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
