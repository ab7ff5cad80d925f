"""The memberships table: who is what in which room, and how far they have read."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic.alias_generators import to_camel

from shared.rights import STRANGER, RoomAction, Standing, decide
from shared.rooms import Notify, Role, kind_of
from shared.stores.dynamodb import (
    Item,
    batch_get,
    error_code,
    failed_condition,
    marshal,
    repeated_on_conflict,
    store_errors,
    unmarshal,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        QueryInputTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

_IS_MEMBER = "attribute_exists(#role) AND #role <> :none"


@dataclass(frozen=True, slots=True)
class Membership:
    """A user in a room.

    Attributes:
        user_id: Cognito's `sub`.
        room_id: of any kind of room.
        username: display name when the user joined.
        role: `none` is that of somebody who is muted, banned, or chose what is told, without being a member.
        joined_at: epoch ms.
        muted_until: epoch ms; 0 if never muted.
        banned_until: epoch ms; 0 if never banned.
        last_read: sort key of the last message that the user has read, or empty.
        notify: which messages of the room notify the user.
    """

    user_id: str
    room_id: str
    username: str
    role: Role
    joined_at: int
    muted_until: int = 0
    banned_until: int = 0
    last_read: str = ""
    notify: Notify = "all"

    def standing(self, now: int) -> Standing:
        """Return what the user is at this moment; `now` is epoch ms."""
        return Standing(self.role, muted=self.muted_until > now, banned=self.banned_until > now)


@dataclass(frozen=True, slots=True)
class MembershipPage:
    """Some memberships, and where to go on, None at the end."""

    memberships: list[Membership]
    next: str | None


class Memberships:
    """Reads and writes memberships. All methods raise RateLimited or Unavailable when DynamoDB fails.

    `also` are actions of the transaction that writes: they are done if what is asked for changes something,
    and not otherwise.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, user_id: str, room_id: str) -> Membership | None:
        """Return a user's membership of a room, as of this moment."""
        with store_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=_key(user_id, room_id), ConsistentRead=True
            )
        return _membership(unmarshal(answer["Item"])) if "Item" in answer else None

    def standing(self, user_id: str, room_id: str, now: int) -> Standing:
        """Return what a user is in a room at `now`, epoch ms."""
        found = self.find(user_id, room_id)
        return found.standing(now) if found else STRANGER

    def permitted(
        self, action: RoomAction, wanted: Collection[tuple[str, str]], now: int
    ) -> set[tuple[str, str]]:
        """Return who of `wanted`, each a user id and a room id, may do something there at `now`, epoch ms."""
        asked = sorted(set(wanted))
        items = batch_get(self._client, self._table, [_key(*each) for each in asked], consistent=True)
        found = {(item["userId"], item["roomId"]): standing_of(item, now) for item in items}
        return {each for each in asked if not decide(action, kind_of(each[1]), found.get(each, STRANGER))}

    def check(self, action: RoomAction, user_id: str, room_id: str, now: int) -> None:
        """Check that a user may do something in a room at `now`, epoch ms.

        Raises:
            Banned, Muted, Forbidden: they may not.
        """
        if refusal := decide(action, kind_of(room_id), self.standing(user_id, room_id, now)):
            raise refusal

    def join(self, membership: Membership, *, also: "Sequence[TransactWriteItemTypeDef]" = ()) -> bool:
        """Make the user a member, unless they are one; return whether they were not.

        A mute or ban that the user has stays, and so does how far they have read.
        """
        return self._update(joining(self._table, membership), also)

    def leave(
        self, user_id: str, room_id: str, now: int, *, also: "Sequence[TransactWriteItemTypeDef]" = ()
    ) -> bool:
        """End a membership; return whether there was one. What is left of it is a mute or ban that holds."""
        found = self.find(user_id, room_id)
        if found is None or found.role == "none":
            return False
        if found.muted_until > now or found.banned_until > now:
            return self.set_role(user_id, room_id, "none", also=also)
        delete: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self._table,
                "Key": _key(user_id, room_id),
                "ConditionExpression": _IS_MEMBER,
                "ExpressionAttributeNames": {"#role": "role"},
                "ExpressionAttributeValues": marshal({":none": "none"}),
            }
        }
        return self._transact(delete, also)

    def remove(self, user_id: str, room_id: str) -> None:
        """Remove whatever is known of a user in a room, a mute or ban included."""
        with store_errors():
            self._client.delete_item(TableName=self._table, Key=_key(user_id, room_id))

    def set_role(
        self, user_id: str, room_id: str, role: Role, *, also: "Sequence[TransactWriteItemTypeDef]" = ()
    ) -> bool:
        """Give a member another role; return whether there is a member that did not have it."""
        return self._update(
            {
                "TableName": self._table,
                "Key": _key(user_id, room_id),
                "UpdateExpression": "SET #role = :role",
                "ConditionExpression": f"{_IS_MEMBER} AND #role <> :role",
                "ExpressionAttributeNames": {"#role": "role"},
                "ExpressionAttributeValues": marshal({":role": role, ":none": "none"}),
            },
            also,
        )

    def mute(self, user_id: str, room_id: str, until: int, now: int) -> None:
        """Mute a user until then (epoch ms), member or not."""
        self._update(self._restriction(user_id, room_id, "mutedUntil", until, now))

    def ban(
        self,
        user_id: str,
        room_id: str,
        until: int,
        now: int,
        *,
        also: "Sequence[TransactWriteItemTypeDef]" = (),
    ) -> bool:
        """Ban a user until then (epoch ms), member or not; return whether they were not banned.

        A ban that has run out lets them in again; one that has not gets the new end.
        """
        update = self._restriction(user_id, room_id, "bannedUntil", until, now)
        free = "attribute_not_exists(bannedUntil) OR bannedUntil <= :now"
        return self._update({**update, "ConditionExpression": free}, also) or not self._update(update)

    def unban(
        self, user_id: str, room_id: str, now: int, *, also: "Sequence[TransactWriteItemTypeDef]" = ()
    ) -> bool:
        """End a ban; return whether there was one."""
        update: UpdateTypeDef = {
            "TableName": self._table,
            "Key": _key(user_id, room_id),
            "UpdateExpression": "SET bannedUntil = :now",
            "ConditionExpression": "bannedUntil > :now",
            "ExpressionAttributeValues": marshal({":now": now}),
        }
        return self._update(update, also)

    def mark_read(self, user_id: str, room_id: str, sort_key: str, username: str) -> bool:
        """Note how far a member has read, and their name by now; return whether it is further than before."""
        return self._update(
            {
                "TableName": self._table,
                "Key": _key(user_id, room_id),
                "UpdateExpression": "SET lastRead = :read, username = :name",
                "ConditionExpression": "attribute_exists(userId)"
                " AND (attribute_not_exists(lastRead) OR lastRead < :read)",
                "ExpressionAttributeValues": marshal({":read": sort_key, ":name": username}),
            }
        )

    def set_notify(self, user_id: str, room_id: str, notify: Notify) -> bool:
        """Set what a user who has a row there is told of a room; return whether there is one."""
        return self._update(
            {
                "TableName": self._table,
                "Key": _key(user_id, room_id),
                "UpdateExpression": "SET #notify = :notify",
                "ConditionExpression": "attribute_exists(userId)",
                "ExpressionAttributeNames": {"#notify": "notify"},
                "ExpressionAttributeValues": marshal({":notify": notify}),
            }
        )

    def of_user(self, user_id: str, after: str | None, limit: int) -> MembershipPage:
        """Return a page of a user's memberships by room id; `after` is the `next` of the page before."""
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "userId = :key",
            "ExpressionAttributeValues": marshal({":key": user_id}),
            "ConsistentRead": True,
            "Limit": limit,
        }
        if after:
            query["ExclusiveStartKey"] = _key(user_id, after)
        return self._page(query, "roomId")

    def of_room(self, room_id: str, after: str | None, limit: int) -> MembershipPage:
        """Return a page of a room's memberships by user id; the index may lag behind by a moment."""
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "IndexName": "roomId-index",
            "KeyConditionExpression": "roomId = :key",
            "ExpressionAttributeValues": marshal({":key": room_id}),
            "Limit": limit,
        }
        if after:
            query["ExclusiveStartKey"] = _key(after, room_id)
        return self._page(query, "userId")

    def _page(self, query: "QueryInputTypeDef", cursor: str) -> MembershipPage:
        with store_errors():
            answer = self._client.query(**query)
        last = answer.get("LastEvaluatedKey")
        return MembershipPage(
            [_membership(unmarshal(item)) for item in answer["Items"]],
            next=unmarshal(last)[cursor] if last else None,
        )

    def _restriction(
        self, user_id: str, room_id: str, attribute: str, until: int, now: int
    ) -> "UpdateTypeDef":
        return {
            "TableName": self._table,
            "Key": _key(user_id, room_id),
            "UpdateExpression": f"SET {attribute} = :until, #role = if_not_exists(#role, :none),"
            " joinedAt = if_not_exists(joinedAt, :now), username = if_not_exists(username, :id)",
            "ExpressionAttributeNames": {"#role": "role"},
            "ExpressionAttributeValues": marshal(
                {":until": until, ":none": "none", ":now": now, ":id": user_id}
            ),
        }

    def _update(self, update: "UpdateTypeDef", also: "Sequence[TransactWriteItemTypeDef]" = ()) -> bool:
        """Update if the condition holds; return whether it did. Alone, at half the price of a transaction."""
        if also:
            return self._transact({"Update": update}, also)
        with store_errors():
            try:
                self._client.update_item(**update)
            except ClientError as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    return False
                raise
        return True

    def _transact(
        self, write: "TransactWriteItemTypeDef", also: "Sequence[TransactWriteItemTypeDef]"
    ) -> bool:
        with store_errors():
            try:
                repeated_on_conflict(lambda: self._client.transact_write_items(TransactItems=[write, *also]))
            except ClientError as error:
                if failed_condition(error, 0) is None:
                    raise
                return False
        return True


def joining(table: str, membership: Membership) -> "UpdateTypeDef":
    """Return the update that makes a user a member; its condition is that they are none."""
    return {
        "TableName": table,
        "Key": _key(membership.user_id, membership.room_id),
        "UpdateExpression": "SET #role = :role, username = :username, joinedAt = :joined,"
        " #notify = if_not_exists(#notify, :notify)",
        "ConditionExpression": "attribute_not_exists(#role) OR #role = :none",
        "ExpressionAttributeNames": {"#role": "role", "#notify": "notify"},
        "ExpressionAttributeValues": marshal(
            {
                ":role": membership.role,
                ":none": "none",
                ":username": membership.username,
                ":joined": membership.joined_at,
                ":notify": membership.notify,
            }
        ),
    }


def standing_of(item: Item, now: int) -> Standing:
    """Return what a user is at `now` (epoch ms) by their item in the table; an empty one is a stranger's."""
    return _membership(item).standing(now) if item else STRANGER


def item_of(membership: Membership) -> dict[str, str | int]:
    """Return a membership as the table holds it, without what is empty."""
    values = {to_camel(name): value for name, value in asdict(membership).items()}
    return {name: value for name, value in values.items() if value not in ("", 0)}


def _key(user_id: str, room_id: str) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"userId": user_id, "roomId": room_id})


def _membership(item: Item) -> Membership:
    return Membership(
        user_id=item["userId"],
        room_id=item["roomId"],
        username=item["username"],
        role=item["role"],
        joined_at=item["joinedAt"],
        muted_until=item.get("mutedUntil", 0),
        banned_until=item.get("bannedUntil", 0),
        last_read=item.get("lastRead", ""),
        notify=item.get("notify", "all"),
    )
