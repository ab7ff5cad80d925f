"""A user's right in a room as a condition of a transaction: it holds when what is written is written."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.protocol.refusals import RateLimited, Refusal
from shared.rights import RoomAction, Standing, decide
from shared.rooms import RANK, Role, kind_of
from shared.stores.dynamodb import Item, marshal
from shared.stores.membership_rows import standing_of

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import ConditionCheckTypeDef, TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True)
class Permission:
    """That a user may do something in a room at `now`, epoch ms.

    `action` is of those that everybody may do, or that take a role. What is done to somebody also takes that
    they have a lower one (`subordination`).
    """

    action: RoomAction
    user_id: str
    room_id: str
    now: int

    def check(self, table: str) -> "TransactWriteItemTypeDef":
        """Return the check of the user's own row in the table of memberships; it fails with that row."""
        values: Item = {":now": self.now}
        conditions = ["(attribute_not_exists(bannedUntil) OR bannedUntil <= :now)"]
        if not self._is_allowed(Standing(role="owner", muted=True)):
            conditions.append("(attribute_not_exists(mutedUntil) OR mutedUntil <= :now)")
        if not self._is_allowed(Standing(role="owner", blocked=True)):
            conditions.append("attribute_not_exists(blockedAt)")
        allowed = [role for role in RANK if self._is_allowed(Standing(role))]
        if len(allowed) < len(RANK):
            # Where nobody may, there still has to be a role to name.
            roles: Item = {f":{role}": role for role in allowed} or {":nobody": "nobody"}
            conditions.append(f"#role IN ({', '.join(roles)})")
            values |= roles
        check: ConditionCheckTypeDef = {
            "TableName": table,
            "Key": marshal({"userId": self.user_id, "roomId": self.room_id}),
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeValues": marshal(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if len(allowed) < len(RANK):
            check["ExpressionAttributeNames"] = {"#role": "role"}
        return {"ConditionCheck": check}

    def refusal(self, membership: Item) -> Refusal:
        """Return why a user with that row may not."""
        standing = standing_of(membership, self.now)
        refusal = decide(self.action, kind_of(self.room_id), standing)
        return refusal or RateLimited("the right to do so changed meanwhile")

    def _is_allowed(self, standing: Standing) -> bool:
        return decide(self.action, kind_of(self.room_id), standing) is None


def subordination(
    table: str, author_id: str, room_id: str, roles: Collection[Role]
) -> "TransactWriteItemTypeDef":
    """Return the check that an author has one of those roles in a room, or no row there at all."""
    names = {f":{role}": role for role in roles}
    has_one = f"#role IN ({', '.join(names)})"
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": marshal({"userId": author_id, "roomId": room_id}),
            "ConditionExpression": f"attribute_not_exists(#role) OR {has_one}",
            "ExpressionAttributeNames": {"#role": "role"},
            "ExpressionAttributeValues": marshal(names),
        }
    }
