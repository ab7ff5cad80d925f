"""The messages table: the log of each room: messages as they are now, what changed them, notices."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.message import Change, Message, Notice, is_message, sort_key
from shared.protocol.replies import encode, new_message, notice
from shared.stores.dynamodb import batch_get, marshal, store_errors, unmarshal
from shared.stores.entries import readable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import QueryInputTypeDef, QueryOutputTypeDef

# Between two messages there may be any number of changes and notices; beyond so many rows a page ends early.
_QUERIES_A_PAGE = 10
_CHANGED_FIRST = 10  # of the messages that a page's changes are about; then the others, if a frame has room
_CHANGE_BYTES = 64  # of the sort key of a change or notice in a page
T = TypeVar("T", bound=Message)


@dataclass(frozen=True, slots=True)
class Page:
    """Messages as they are now, oldest first. `next_cursor` is the sort key to go on from, None at the end.

    `notices` are those between its first and last place. `changes` are the sort keys of the changes that were
    made there, and of the notices; `changed` are the messages that these changed and that are not among
    `messages`. Pages `before` a place go without the two.
    """

    messages: list[Message]
    next_cursor: str | None
    changes: list[str] = field(default_factory=list)
    changed: list[Message] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Places:
    """Sort keys of a room's log, in order, which of them are not of messages, and whether there are more."""

    sort_keys: list[str]
    of_changes: frozenset[str]
    more: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Which page: up to `limit` messages `before` or `after` a sort key, or else the newest."""

    limit: int
    before: str | None = None
    after: str | None = None


class Messages:
    """Reads the logs of rooms; `Sends` writes them.

    All methods raise RateLimited or Unavailable if DynamoDB fails.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, room_id: str, sort_key: str) -> Message | None:
        """Return the message at that place, read consistently; None if there is no message."""
        key = marshal({"roomId": room_id, "sortKey": sort_key})
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        found = readable(unmarshal(answer["Item"])) if "Item" in answer else None
        return found if found and is_message(found) else None

    def versions(self, room_id: str, sort_key: str) -> list[str] | None:
        """Return the earlier texts that are kept of a message, oldest first; None if there is none.

        They are the first and the last before what it says now.
        """
        with store_errors():
            answer = self._client.get_item(
                TableName=self._table,
                Key=marshal({"roomId": room_id, "sortKey": sort_key}),
                ProjectionExpression="sortKey, #kind, firstText, lastText",
                ExpressionAttributeNames={"#kind": "kind"},
                ConsistentRead=True,
            )
        row = unmarshal(answer.get("Item", {}))
        if not row or "kind" in row:
            return None
        return list(dict.fromkeys(row[each] for each in ("firstText", "lastText") if each in row))

    def of_room(self, room_id: str, span: Span, *, deleted: bool = True) -> Page:
        """Return a page of a room, read consistently: what was acknowledged is in it.

        `deleted` is whether messages without a text any more are wanted.
        """
        return self._page("roomId", room_id, span, deleted=deleted)

    def of_user(self, user_id: str, span: Span, *, deleted: bool = True) -> Page:
        """Return a page of what a user said in any room; the index may lag behind by a moment."""
        return self._page("userId", user_id, span, deleted=deleted)

    def at(self, room_id: str, sort_keys: Sequence[str]) -> Page:
        """Return the messages at those places, as far as they fit into a page."""
        found = self._find_all(room_id, sort_keys)
        there = [found[each] for each in sorted(found)]
        kept = fitting(there)
        return Page(kept, kept[-1].sort_key if len(kept) < len(there) else None)

    def find_anywhere(self, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], Message]:
        """Return the messages at those places, each a room and a sort key, read consistently."""
        keys = [marshal({"roomId": room_id, "sortKey": each}) for room_id, each in sorted(set(places))]
        entries = map(readable, batch_get(self._client, self._table, keys, consistent=True))
        return {(each.room_id, each.sort_key): each for each in entries if each and is_message(each)}

    def log(self, room_id: str, after: str, limit: int) -> Page:
        """Return what was said and what was changed after a sort key, `limit` entries at most.

        It is read consistently. What was changed is as it is now, even if that is later than the page.
        """
        query = self._query("roomId", room_id, Span(limit, after=after))
        with store_errors():
            answer = self._client.query(**query)
        found = [unmarshal(item) for item in answer["Items"]]
        rows = found[:limit]
        entries = [entry for row in rows if (entry := readable(row))]
        here = {each.sort_key for each in entries}
        elsewhere = [each.target for each in entries if isinstance(each, Change) and each.target not in here]
        changed, unread = self._as_many_as_fit(room_id, list(dict.fromkeys(elsewhere)))
        # A change comes after its message: what is here is before the cut, too.
        known = takewhile(lambda each: not isinstance(each, Change) or each.target not in unread, entries)
        kept = fitting(list(known), changed)
        is_cut = len(kept) < len(entries)
        last = kept[-1].sort_key if is_cut else rows[-1]["sortKey"] if rows else None
        more = is_cut or len(found) > limit or "LastEvaluatedKey" in answer
        targets = dict.fromkeys(each.target for each in kept if isinstance(each, Change))
        return Page(
            [each for each in kept if is_message(each)],
            last if more else None,
            [each.sort_key for each in kept if not is_message(each)],
            [changed[target] for target in targets if target in changed],
            [each for each in kept if isinstance(each, Notice)],
        )

    def last_activity(self, room_id: str) -> int | None:
        """Return when something was said, changed or noted last in a room, epoch ms; None if never."""
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="roomId = :room",
                ExpressionAttributeValues=marshal({":room": room_id}),
                ProjectionExpression="createdAt",
                ScanIndexForward=False,
                Limit=1,
                ConsistentRead=True,
            )
        return int(answer["Items"][0]["createdAt"]["N"]) if answer["Items"] else None

    def places(self, room_id: str, begin: int, end: int) -> Iterator[Places]:
        """Pages of the sort keys from `begin` until before `end`, epoch ms, in order.

        The read is eventually consistent: what was stored a moment ago may not be in it.
        """
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "roomId = :room AND sortKey BETWEEN :begin AND :end",
            "ExpressionAttributeValues": marshal(
                {":room": room_id, ":begin": sort_key(begin, ""), ":end": sort_key(end, "")}
            ),
            "ProjectionExpression": "sortKey, #kind",
            "ExpressionAttributeNames": {"#kind": "kind"},
        }
        for answer in self._answers(query):
            keys = [item["sortKey"]["S"] for item in answer["Items"]]
            changes = frozenset(item["sortKey"]["S"] for item in answer["Items"] if "kind" in item)
            yield Places(keys, changes, more="LastEvaluatedKey" in answer)

    def count_of_others(self, room_id: str, after: str, user_id: str, limit: int) -> tuple[int, bool]:
        """Count what others than a user said after a sort key, and tell whether there is more.

        At most `limit` entries are looked at, the user's own, changes and notices included. The read is
        eventually consistent.
        """
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="roomId = :room AND sortKey > :after",
                FilterExpression="userId <> :user"
                " AND attribute_not_exists(#kind) AND attribute_not_exists(deletedAt)",
                ExpressionAttributeNames={"#kind": "kind"},
                ExpressionAttributeValues=marshal({":room": room_id, ":after": after, ":user": user_id}),
                Limit=limit,
                Select="COUNT",
            )
        return answer["Count"], "LastEvaluatedKey" in answer

    def _page(self, key: Literal["roomId", "userId"], value: str, span: Span, *, deleted: bool) -> Page:
        entries: list[Change | Notice | Message] = []
        last, more = "", False
        for answer in islice(self._answers(self._query(key, value, span)), _QUERIES_A_PAGE):
            for row in map(unmarshal, answer["Items"]):
                last, entry = row["sortKey"], readable(row)
                if entry and _is_wanted(entry, key, span, deleted=deleted):
                    entries.append(entry)
            more = "LastEvaluatedKey" in answer
            if _count(entries) > span.limit:
                break
        kept = fitting(_up_to(entries, span.limit))
        if len(kept) < len(entries):
            last, more = kept[-1].sort_key, True
        kept.sort(key=lambda entry: entry.sort_key)
        return Page(
            [each for each in kept if is_message(each)],
            last if last and more else None,
            [] if span.before else [each.sort_key for each in kept if not is_message(each)],
            notices=[each for each in kept if isinstance(each, Notice)],
        )

    def _query(self, key: Literal["roomId", "userId"], value: str, span: Span) -> "QueryInputTypeDef":
        condition, values = f"{key} = :key", {":key": value}
        if cursor := span.before or span.after:
            condition += f" AND sortKey {'<' if span.before else '>'} :cursor"
            values[":cursor"] = cursor
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": marshal(values),
            "ScanIndexForward": span.after is not None,
            "Limit": span.limit + 1,
        }
        if key == "roomId":
            return {**query, "ConsistentRead": True}
        return {**query, "IndexName": "userId-index"}

    def _answers(self, query: "QueryInputTypeDef") -> "Iterator[QueryOutputTypeDef]":
        while True:
            with store_errors():
                answer = self._client.query(**query)
            yield answer
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _as_many_as_fit(self, room_id: str, sort_keys: Sequence[str]) -> tuple[dict[str, Message], set[str]]:
        """Return the messages at those places, and the places that were not read since a frame is full.

        A row with earlier texts and reactions is up to 80 KB: a hundred of them for the two that fit into a
        frame, for each page anew, are what one who writes such rows would have everybody read.
        """
        found: dict[str, Message] = {}
        first = 0
        for last in (_CHANGED_FIRST, len(sort_keys)):
            found |= self._find_all(room_id, sort_keys[first:last])
            first = last
            if sum(len(encode(new_message(each))) for each in found.values()) > FRAME_LIMIT_BYTES:
                break
        return found, set(sort_keys[first:])

    def _find_all(self, room_id: str, sort_keys: Sequence[str]) -> dict[str, Message]:
        """Return the messages at those places by their sort keys."""
        found = self.find_anywhere([(room_id, each) for each in sort_keys])
        return {sort_key: message for (_, sort_key), message in found.items()}


def _is_wanted(
    entry: Change | Notice | Message, key: Literal["roomId", "userId"], span: Span, *, deleted: bool
) -> bool:
    """Tell whether a page has it: those `before` a place have no changes, those of users no notices."""
    if isinstance(entry, Notice):
        return key == "roomId"
    if isinstance(entry, Change):
        return span.before is None
    return deleted or entry.deleted_at is None


def _count(entries: Sequence[Message]) -> int:
    return sum(map(is_message, entries))


def _up_to(entries: list[T], limit: int) -> list[T]:
    """Return the entries up to the message of that number."""
    places = (place for place, each in enumerate(entries, start=1) if is_message(each))
    end = next(islice(places, limit - 1, None), len(entries))
    return entries[:end]


def fitting(entries: list[T], changed: Mapping[str, Message] = MappingProxyType({})) -> list[T]:
    """Return as many of the first entries as fit into a page's bytes, one at least."""
    size = 0
    told: set[str] = set()
    for count, entry in enumerate(entries):
        if is_message(entry):
            size += len(encode(new_message(entry)))
        elif isinstance(entry, Notice):
            size += len(encode(notice(entry))) + _CHANGE_BYTES
        elif isinstance(entry, Change):
            size += _CHANGE_BYTES
            if entry.target in changed and entry.target not in told:
                told.add(entry.target)
                size += len(encode(new_message(changed[entry.target])))
        if size > FRAME_LIMIT_BYTES and count:
            return entries[:count]
    return entries
