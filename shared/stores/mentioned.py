"""Which messages mention a user: rows `mention#<sort key>` of theirs in the table `users`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.stores.dynamodb import Item, batch_get, batch_write, marshal, store_errors, unmarshal
from shared.stores.user_items import forget_items, items_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

LIFETIME_SECONDS = 90 * 24 * 60 * 60
_PREFIX = "mention#"


@dataclass(frozen=True, slots=True)
class Mention:
    """That a message mentions a user.

    Attributes:
        user_id: whom it mentions.
        room_id: of the message.
        sort_key: of the message.
        handle: by which it does; `here` is everybody's.
        added_at: when an edit added it, epoch ms; 0 if the message said so from the beginning.
    """

    user_id: str
    room_id: str
    sort_key: str
    handle: str
    added_at: int = 0


class Mentioned:
    """Reads and writes mentions. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", users_table: str) -> None:
        self._client = client
        self._table = users_table

    def write(self, put: Iterable[Mention], removed: Iterable[Mention]) -> None:
        """Write and remove mentions, each message of a user once. Repeating it changes nothing."""
        batch_write(self._client, self._table, put=map(_item, put), removed=map(_key, removed))

    def of_user(self, user_id: str, *, before: str | None, limit: int, now_seconds: int) -> list[Mention]:
        """Return up to `limit` mentions of a user, newest first, those `before` a sort key if there is one.

        The read is eventually consistent; what has run out by now is left out.
        """
        query = items_of(self._table, user_id, _PREFIX, limit)
        query["ScanIndexForward"] = False
        if before:
            query["ExclusiveStartKey"] = marshal({"userId": user_id, "item": _PREFIX + before})
        with store_errors():
            items = map(unmarshal, self._client.query(**query)["Items"])
        return [_mention(item) for item in items if item["ttl"] > now_seconds]

    def as_kept(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Return the mentions of these users by these messages as they were written last, in any order."""
        found = batch_get(self._client, self._table, list(map(_key, mentions)), consistent=True)
        return list(map(_mention, found))

    def forget(self, user_id: str, limit: int) -> bool:
        """Remove up to `limit` mentions of a user, whatever their age; return whether there may be more."""
        return forget_items(self._client, self._table, user_id, _PREFIX, limit)


def _key(mention: Mention) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"userId": mention.user_id, "item": _PREFIX + mention.sort_key})


def _item(mention: Mention) -> "dict[str, AttributeValueTypeDef]":
    ttl = int(mention.sort_key.split("#")[0]) // 1000 + LIFETIME_SECONDS
    rest: Item = {"roomId": mention.room_id, "handle": mention.handle, "ttl": ttl}
    added = {"addedAt": mention.added_at} if mention.added_at else {}
    return _key(mention) | marshal(rest | added)


def _mention(item: Item) -> Mention:
    sort_key = item["item"].removeprefix(_PREFIX)
    return Mention(item["userId"], item["roomId"], sort_key, item["handle"], item.get("addedAt", 0))
