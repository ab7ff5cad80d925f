"""Storing messages and changes of them, each client's id once: the tables `messages` and `users`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from shared.auth.identity import Identity
from shared.protocol.message import Change, Message
from shared.protocol.refusals import Banned, RateLimited, Refusal, Unauthenticated
from shared.rate import Bucket, EmptyBuckets
from shared.rights import RoomAction
from shared.stores.dynamodb import (
    CONFLICT_ATTEMPTS,
    Item,
    error_code,
    failed_condition,
    held,
    marshal,
    repeated_on_conflict,
    store_errors,
    unmarshal,
)
from shared.stores.entries import item_of
from shared.stores.permission import Permission
from shared.stores.users import Spending, Users

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# A client keeps what is not acknowledged; whoever is offline for longer reads history before repeating.
REMEMBERED_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client's id was first used for. Times are epoch ms; `username` is the author's at that time.

    `claimed_at` is when a repetition last undertook to publish the message again, `published_at` when one
    came to its end with it; 0 for never. `is_barred` is whether who repeats it may not write there any more.
    """

    room_id: str
    sort_key: str
    created_at: int
    username: str
    text_hash: str
    claimed_at: int
    published_at: int
    is_barred: bool = False

    def is_of(self, entry: Message) -> bool:
        """Tell whether this is the same text, or change, in the same room, so that nothing has to be read."""
        return (self.room_id, self.text_hash) == (entry.room_id, _hash(entry))


@dataclass(frozen=True, slots=True)
class Write:
    """One more action of the transaction, and what it means if its condition does not hold.

    `refusal` makes it of the row that it fails with, empty if there is none or it was not asked for.
    """

    action: "TransactWriteItemTypeDef"
    refusal: Callable[[Item], Refusal]


class _ConditionsFailed(Exception):
    """Nothing was written; each row is that of a condition that does not hold.

    `is_forbidden` is whether the right in the room is among them.
    """

    def __init__(
        self, status: Item | None, earlier: Sent | None, refusal: Refusal | None, *, is_forbidden: bool
    ) -> None:
        self.status = status
        self.earlier = earlier
        self.refusal = refusal
        self.is_forbidden = is_forbidden


class Sends:
    """Writes messages and changes. All methods raise RateLimited or Unavailable when DynamoDB fails."""

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
        self._users = Users(client, users_table)
        self._empty = EmptyBuckets()
        self._messages_table = messages_table
        self._users_table = users_table
        self._memberships_table = memberships_table

    def put_once(
        self,
        entry: Message,
        *,
        issued_at: int | None = None,
        right: RoomAction = RoomAction.WRITE,
        also: Sequence[Write] = (),
    ) -> Sent | None:
        """Store an entry of a room's log if its author may, unless they have used its client's id before.

        One transaction decides all of it, so that a right that was taken away is gone at the next frame. That
        of a message touches rows of its author alone: users never get into each other's way.

        Args:
            entry: a message, or a change of one.
            issued_at: that of the author's token, epoch s, None where there are no tokens (mock mode).
            right: what its author has to be allowed to do in the room.
            also: what else is written or has to hold.

        Returns:
            None if it is stored now, else what the id was first used for.

        Raises:
            Banned, Unauthenticated, RateLimited: the author may not act, with this token, or so often.
            RateLimited: they repeat what is stored too often.
            Banned, Muted, Forbidden: the author may not do it in the room.
            Refusal: that of one of `also`.
        """
        permission = Permission(right, entry.user_id, entry.room_id, entry.created_at)
        writes = [Write(permission.check(self._memberships_table), permission.refusal), *also]
        spending = Spending(entry.user_id, issued_at, entry.created_at, self._bucket, self._empty)
        spending.refuse_what_is_known()
        status: Item | None = None
        for _ in range(CONFLICT_ATTEMPTS):
            try:
                self._transact(entry, {"Update": spending.update(self._users_table, status)}, writes)
            except _ConditionsFailed as failed:
                if failed.earlier is not None:  # it is true, whatever its author may do now
                    is_barred = failed.is_forbidden or self._is_barred(entry, issued_at)
                    return replace(failed.earlier, is_barred=is_barred)
                if failed.status is not None and (refusal := spending.refusal(failed.status)):
                    raise refusal from None
                if failed.refusal is not None:
                    raise failed.refusal from None
                status = failed.status  # somebody who just wrote, and may write more
            else:
                return None
        raise RateLimited("too many messages of one user at once")

    def _is_barred(self, entry: Message, issued_at: int | None) -> bool:
        """Spend a repetition, which the transaction did not; return whether its author may do nothing at all.

        Raises:
            RateLimited: they repeat too often.
        """
        author = Identity(entry.user_id, entry.username, issued_at)
        try:
            self._users.spend(author, "repetitions", self._bucket, entry.created_at)
        except (Banned, Unauthenticated):
            return True
        return False

    def _transact(self, entry: Message, spend: "TransactWriteItemTypeDef", writes: list[Write]) -> None:
        # Its id is the server's and new, so that this overwrites nothing, also when it is repeated.
        stored: TransactWriteItemTypeDef = {
            "Put": {"TableName": self._messages_table, "Item": marshal(item_of(entry))}
        }
        actions = [spend, stored, *(write.action for write in writes)]
        if entry.client_message_id:
            actions.append(self._remembered(entry, entry.client_message_id))
        with store_errors():
            try:
                repeated_on_conflict(lambda: self._client.transact_write_items(TransactItems=actions))
            except ClientError as error:
                status, _, *rows = (failed_condition(error, action) for action in range(len(writes) + 3))
                earlier = rows.pop()
                failed = ((write, row) for write, row in zip(writes, rows, strict=True) if row is not None)
                refusal = next((write.refusal(row) for write, row in failed), None)
                if status is None and earlier is None and refusal is None:
                    raise
                sent = _sent(earlier) if earlier else None
                is_forbidden = rows[0] is not None
                raise _ConditionsFailed(status, sent, refusal, is_forbidden=is_forbidden) from None

    def _remembered(self, entry: Message, client_message_id: str) -> "TransactWriteItemTypeDef":
        remembered = {
            **_key(entry.user_id, client_message_id),
            "roomId": entry.room_id,
            "sortKey": entry.sort_key,
            "createdAt": entry.created_at,
            "username": entry.username,
            "textHash": _hash(entry),
            "claimedAt": 0,
            "publishedAt": 0,
            "ttl": entry.created_at // 1000 + REMEMBERED_SECONDS,
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
        """Undertake to publish a message again, unless that was done, or undertaken in the last `every_ms`.

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
                        ConditionExpression="claimedAt <= :before AND publishedAt = :never",
                        ExpressionAttributeValues=marshal(
                            {":now": now, ":before": now - every_ms, ":never": 0}
                        ),
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
        held(
            lambda: self._client.update_item(
                TableName=self._users_table,
                Key=marshal(_key(user_id, client_message_id)),
                UpdateExpression="SET publishedAt = :claimed",
                ConditionExpression="claimedAt = :claimed",
                ExpressionAttributeValues=marshal({":claimed": claimed_at}),
            )
        )


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


def _hash(entry: Message) -> str:
    said: str = entry.content
    if isinstance(entry, Change):
        said = repr((entry.kind, entry.target, entry.content, entry.emoji, entry.on))
    return sha256(said.encode()).hexdigest()
