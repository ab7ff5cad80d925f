"""The row of a user in a room: what it holds, and the updates that give somebody a role."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.rights import STRANGER, Standing
from shared.rooms import Notify, Role
from shared.stores.dynamodb import Item, marshal

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, UpdateTypeDef


@dataclass(frozen=True, slots=True)
class Membership:
    """A user in a room.

    Attributes:
        user_id: Cognito's `sub`.
        room_id: of any kind of room.
        username: display name when the user joined.
        role: `none` is that of somebody who is muted, banned, or chose something, without being a member.
        joined_at: epoch ms.
        muted_until: epoch ms; 0 if never muted.
        banned_until: epoch ms; 0 if never banned.
        last_read: sort key of the last message that the user has read, or empty.
        notify: which messages of the room notify the user.
        favourite: whether it stands apart in the user's list.
        marked_unread: whether the user wants to come back to it; until they read on.
        blocked: whether the other of a conversation of two blocks the user.
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
    favourite: bool = False
    marked_unread: bool = False
    blocked: bool = False

    def standing(self, now: int) -> Standing:
        """Return what the user is at this moment; `now` is epoch ms."""
        muted, banned = self.muted_until > now, self.banned_until > now
        return Standing(self.role, muted=muted, banned=banned, blocked=self.blocked)


def joining(table: str, membership: Membership) -> "UpdateTypeDef":
    """Return the update that makes a user a member; its condition is that they are none."""
    update = entering(table, membership)
    update["ConditionExpression"] = "attribute_not_exists(#role) OR #role = :none"
    update["ExpressionAttributeValues"] = {
        **update.get("ExpressionAttributeValues", {}),
        **marshal({":none": "none"}),
    }
    return update


def entering(table: str, membership: Membership) -> "UpdateTypeDef":
    """Return the update that gives a user a role in a room, whatever they were; what they chose stays."""
    return {
        "TableName": table,
        "Key": membership_key(membership.user_id, membership.room_id),
        "UpdateExpression": "SET #role = :role, username = :username, joinedAt = :joined,"
        " #notify = if_not_exists(#notify, :notify)",
        "ExpressionAttributeNames": {"#role": "role", "#notify": "notify"},
        "ExpressionAttributeValues": marshal(
            {
                ":role": membership.role,
                ":username": membership.username,
                ":joined": membership.joined_at,
                ":notify": membership.notify,
            }
        ),
    }


def standing_of(item: Item, now: int) -> Standing:
    """Return what a user is at `now` (epoch ms) by their item in the table; an empty one is a stranger's."""
    return membership_of(item).standing(now) if item else STRANGER


def membership_key(user_id: str, room_id: str) -> "dict[str, AttributeValueTypeDef]":
    """Return the key of a user's row in a room."""
    return marshal({"userId": user_id, "roomId": room_id})


def membership_of(item: Item) -> Membership:
    """Return the membership that an item of the table holds."""
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
        favourite="favourite" in item,
        marked_unread="markedUnread" in item,
        blocked="blockedAt" in item,
    )
