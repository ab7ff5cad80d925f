"""The memberships table: who is what in which room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.rights import STRANGER, RoomAction, Standing, decide
from shared.rooms import Role, kind_of
from shared.stores.dynamodb import (
    batch_get,
    held,
    marshal,
    repeated_on_conflict,
    store_errors,
    transacted,
    unmarshal,
)
from shared.stores.membership_rows import (
    Membership,
    joining,
    membership_key,
    membership_of,
    standing_of,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        ConditionCheckTypeDef,
        QueryInputTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

_IS_MEMBER = "attribute_exists(#role) AND #role <> :none"
_IS_FREE = (
    "(attribute_not_exists(mutedUntil) OR mutedUntil <= :now)"
    " AND (attribute_not_exists(bannedUntil) OR bannedUntil <= :now)"
)


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
                TableName=self._table, Key=membership_key(user_id, room_id), ConsistentRead=True
            )
        return membership_of(unmarshal(answer["Item"])) if "Item" in answer else None

    def standing(self, user_id: str, room_id: str, now: int) -> Standing:
        """Return what a user is in a room at `now`, epoch ms."""
        found = self.find(user_id, room_id)
        return found.standing(now) if found else STRANGER

    def permitted(
        self, action: RoomAction, wanted: Collection[tuple[str, str]], now: int
    ) -> set[tuple[str, str]]:
        """Return who of `wanted`, each a user id and a room id, may do something there at `now`, epoch ms."""
        asked = sorted(set(wanted))
        items = batch_get(
            self._client, self._table, [membership_key(*each) for each in asked], consistent=True
        )
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
        delete: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self._table,
                "Key": membership_key(user_id, room_id),
                "ConditionExpression": f"{_IS_MEMBER} AND {_IS_FREE}",
                "ExpressionAttributeNames": {"#role": "role"},
                "ExpressionAttributeValues": marshal({":none": "none", ":now": now}),
            }
        }
        found = self.find(user_id, room_id)
        if found is None or found.role == "none":
            return False
        is_free = found.muted_until <= now and found.banned_until <= now
        if is_free and transacted(self._client, [delete, *also]):
            return True
        return self.set_role(user_id, room_id, "none", also=also)  # a ban may have come meanwhile

    def remove(self, user_id: str, room_id: str, *, also: "Sequence[TransactWriteItemTypeDef]" = ()) -> None:
        """Remove whatever is known of a user in a room, a mute or ban included."""
        key = membership_key(user_id, room_id)
        if also:
            transacted(self._client, [{"Delete": {"TableName": self._table, "Key": key}}, *also])
            return
        with store_errors():
            repeated_on_conflict(lambda: self._client.delete_item(TableName=self._table, Key=key))

    def owns(self, user_id: str | None, room_id: str) -> "list[TransactWriteItemTypeDef]":
        """Return the check that a room belongs to somebody; a write with it raises RateLimited if not.

        Where that is nobody, there is nothing to check.
        """
        if user_id is None:
            return []
        check: ConditionCheckTypeDef = {
            "TableName": self._table,
            "Key": membership_key(user_id, room_id),
            "ConditionExpression": "#role = :owner",
            "ExpressionAttributeNames": {"#role": "role"},
            "ExpressionAttributeValues": marshal({":owner": "owner"}),
        }
        return [{"ConditionCheck": check}]

    def set_role(
        self, user_id: str, room_id: str, role: Role, *, also: "Sequence[TransactWriteItemTypeDef]" = ()
    ) -> bool:
        """Give a member another role; return whether there is a member that did not have it."""
        return self._update(
            {
                "TableName": self._table,
                "Key": membership_key(user_id, room_id),
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
            "Key": membership_key(user_id, room_id),
            "UpdateExpression": "SET bannedUntil = :now",
            "ConditionExpression": "bannedUntil > :now",
            "ExpressionAttributeValues": marshal({":now": now}),
        }
        return self._update(update, also)

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
            query["ExclusiveStartKey"] = membership_key(user_id, after)
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
            query["ExclusiveStartKey"] = membership_key(after, room_id)
        return self._page(query, "userId")

    def _page(self, query: "QueryInputTypeDef", cursor: str) -> MembershipPage:
        with store_errors():
            answer = self._client.query(**query)
        last = answer.get("LastEvaluatedKey")
        return MembershipPage(
            [membership_of(unmarshal(item)) for item in answer["Items"]],
            next=unmarshal(last)[cursor] if last else None,
        )

    def _restriction(
        self, user_id: str, room_id: str, attribute: str, until: int, now: int
    ) -> "UpdateTypeDef":
        return {
            "TableName": self._table,
            "Key": membership_key(user_id, room_id),
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
            return transacted(self._client, [{"Update": update}, *also])
        return held(lambda: self._client.update_item(**update))
