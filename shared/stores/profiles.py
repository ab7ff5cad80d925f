"""Profiles: what users call themselves, in their rows of the table `users`.

A handle has a row of its own under what it looks like, so that no two that look alike can be taken; the row
`status`, which every limit reads anyway, holds the profile.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shared.protocol.handles import skeleton
from shared.protocol.refusals import HandleTaken, RateLimited
from shared.stores.dynamodb import (
    Item,
    batch_get,
    failed_condition,
    marshal,
    repeated_on_conflict,
    store_errors,
    unmarshal,
)
from shared.stores.last_seen import is_shown
from shared.stores.users import status_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

# Who gave a handle up may take it back for so long; nobody else can pass for them meanwhile.
KEPT_SECONDS = 30 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Profile:
    """How a user is shown. `handle` is unique, `display_name` and `status` are not.

    Attributes:
        shows_last_seen: whether they want it told when they were here last.
        last_seen_at: when that was, epoch ms, to the minute; None if nobody knows, or is to know.
    """

    user_id: str
    handle: str
    display_name: str
    status: str = ""
    shows_last_seen: bool = False
    last_seen_at: int | None = None


class Profiles:
    """Reads and writes profiles. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", users_table: str) -> None:
        self._client = client
        self._table = users_table

    def find_all(self, user_ids: Sequence[str]) -> list[Profile]:
        """Return the profiles of those users, without those that have none."""
        keys = [status_key(user_id) for user_id in dict.fromkeys(user_ids)]
        items = batch_get(self._client, self._table, keys)
        return [profile for item in items if (profile := profile_in(item))]

    def owner_of(self, handle: str) -> str | None:
        """Return the id of the user who has a handle, or one that looks like it."""
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_handle_key(handle))
        item = unmarshal(answer.get("Item", {}))
        return item["owner"] if item and "ttl" not in item else None

    def check_free(self, profile: Profile, now_seconds: int) -> None:
        """Check by one read that a user may take their handle; `put` decides.

        Raises:
            HandleTaken: somebody else has it, has one that looks like it, or gave it up not long ago.
        """
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_handle_key(profile.handle))
        row = unmarshal(answer.get("Item", {}))
        if row and row["owner"] != profile.user_id and row.get("ttl", now_seconds) >= now_seconds:
            raise HandleTaken("that handle is taken")

    def owners_of(self, handles: Collection[str]) -> dict[str, str]:
        """Return the ids of the users who are called so now, by their handles; two reads, however many."""
        keys = {skeleton(handle): _handle_key(handle) for handle in handles}  # of two that look alike, one
        items = batch_get(self._client, self._table, list(keys.values()))
        owners = self.find_all([item["owner"] for item in items if "ttl" not in item])
        return {each.handle: each.user_id for each in owners if each.handle in handles}

    def put(
        self,
        profile: Profile,
        before: Profile | None,
        now_seconds: int,
        *,
        show_last_seen: bool | None = None,
    ) -> None:
        """Store a profile in place of `before`, and take its handle, both or neither.

        Only what is another than in `before` is written: another device may change the rest at the same time.
        Whether it is told when they were here last, `show_last_seen` alone says, None for no choice: what
        `before` knows of it may be out of date, and a device that changes a name shows nobody again. Where it
        is no more to be told, the same write removes it.

        Raises:
            HandleTaken: somebody else has that handle, or one that looks like it.
            RateLimited: the profile was changed meanwhile.
        """
        actions = [_profile_update(self._table, profile, before, show_last_seen)]
        if before is None or skeleton(before.handle) != skeleton(profile.handle):
            actions.append(_taking(self._table, profile, now_seconds))
            if before is not None:
                actions.append(_giving_up(self._table, before, now_seconds))
        if not self._written(actions):  # by a newer table of Unicode the former handle looks otherwise
            self._written(actions[:-1])

    def _written(self, actions: "list[TransactWriteItemTypeDef]") -> bool:
        """Write a profile; return whether its former handle, if that is given up, was theirs to give up."""
        with store_errors():
            try:
                repeated_on_conflict(lambda: self._client.transact_write_items(TransactItems=actions))
            except ClientError as error:
                if failed_condition(error, 1) is not None:
                    raise HandleTaken("that handle is taken") from None
                if failed_condition(error, 0) is not None:
                    raise RateLimited("the profile was changed meanwhile") from None
                if failed_condition(error, 2) is not None:
                    return False
                raise
        return True


def profile_in(status: Item) -> Profile | None:
    """Return the profile that a user's row `status` holds, if any."""
    if "handle" not in status:
        return None
    return Profile(
        status["userId"],
        status["handle"],
        status["displayName"],
        status.get("statusText", ""),
        is_shown(status),
        status.get("lastSeenAt"),
    )


def _profile_update(
    table: str, profile: Profile, before: Profile | None, show_last_seen: bool | None
) -> "TransactWriteItemTypeDef":
    sets: Item = {"handle": profile.handle}  # the condition has it that nobody else changes it meanwhile
    if before is None or before.display_name != profile.display_name:
        sets["displayName"] = profile.display_name
    if before is None or before.status != profile.status:
        sets["statusText"] = profile.status
    removes: list[str] = []
    if show_last_seen:
        sets["showLastSeen"] = True
    elif show_last_seen is not None:
        removes = ["showLastSeen", "lastSeenAt"]
    values: Item = {f":{name}": value for name, value in sets.items()}
    condition = "attribute_not_exists(handle)"
    if before is not None:
        condition, values[":before"] = "handle = :before", before.handle
    clauses = [("SET", [f"{name} = :{name}" for name in sets]), ("REMOVE", removes)]
    expression = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses if parts)
    return {
        "Update": {
            "TableName": table,
            "Key": status_key(profile.user_id),
            "UpdateExpression": expression,
            "ConditionExpression": f"{condition} AND attribute_not_exists(deletedAt)",
            "ExpressionAttributeValues": marshal(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _taking(table: str, profile: Profile, now_seconds: int) -> "TransactWriteItemTypeDef":
    return {
        "Put": {
            "TableName": table,
            "Item": _handle_key(profile.handle) | marshal({"owner": profile.user_id}),
            "ConditionExpression": "attribute_not_exists(userId) OR #owner = :user OR #ttl < :now",
            "ExpressionAttributeNames": {"#owner": "owner", "#ttl": "ttl"},
            "ExpressionAttributeValues": marshal({":user": profile.user_id, ":now": now_seconds}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _giving_up(table: str, before: Profile, now_seconds: int) -> "TransactWriteItemTypeDef":
    return {
        "Update": {
            "TableName": table,
            "Key": _handle_key(before.handle),
            "UpdateExpression": "SET #ttl = :ttl",
            "ConditionExpression": "#owner = :user",
            "ExpressionAttributeNames": {"#ttl": "ttl", "#owner": "owner"},
            "ExpressionAttributeValues": marshal(
                {":ttl": now_seconds + KEPT_SECONDS, ":user": before.user_id}
            ),
        }
    }


def _handle_key(handle: str) -> "dict[str, AttributeValueTypeDef]":
    # No id of a user is with a space in it, in Cognito; in mock mode the item keeps them apart.
    return marshal({"userId": f"handle {skeleton(handle)}", "item": "handle"})
