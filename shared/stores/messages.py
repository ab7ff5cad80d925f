"""The messages table: what was said in which room."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.message import Message, sort_key
from shared.protocol.replies import encode, new_message
from shared.stores.dynamodb import Item, marshal, store_errors, unmarshal

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputTypeDef


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, oldest first. `next_cursor` is the sort key to go on from, None at the end."""

    messages: list[Message]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Places:
    """Sort keys of a room, in order, and whether there are more."""

    sort_keys: list[str]
    more: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Which page: up to `limit` messages `before` or `after` a sort key, or else the newest."""

    limit: int
    before: str | None = None
    after: str | None = None


class Messages:
    """Reads messages; `Sends` writes them. All methods raise RateLimited or Unavailable if DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, room_id: str, sort_key: str) -> Message | None:
        """Return the message at that place, read consistently; None if there is none."""
        key = marshal({"roomId": room_id, "sortKey": sort_key})
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return Message.model_validate(unmarshal(answer["Item"])) if "Item" in answer else None

    def of_room(self, room_id: str, span: Span) -> Page:
        """Return a page of a room, read consistently: what was acknowledged is in it."""
        return self._page("roomId", room_id, span)

    def of_user(self, user_id: str, span: Span) -> Page:
        """Return a page of what a user said in any room; the index may lag behind by a moment."""
        return self._page("userId", user_id, span)

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
            "ProjectionExpression": "sortKey",
        }
        while True:
            with store_errors():
                answer = self._client.query(**query)
            keys = [item["sortKey"]["S"] for item in answer["Items"]]
            yield Places(keys, more="LastEvaluatedKey" in answer)
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def count_of_others(self, room_id: str, after: str, user_id: str, limit: int) -> tuple[int, bool]:
        """Count what others than a user said after a sort key, and tell whether there is more.

        At most `limit` messages are looked at, the user's own included. The read is eventually consistent.
        """
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="roomId = :room AND sortKey > :after",
                FilterExpression="userId <> :user",
                ExpressionAttributeValues=marshal({":room": room_id, ":after": after, ":user": user_id}),
                Limit=limit,
                Select="COUNT",
            )
        return answer["Count"], "LastEvaluatedKey" in answer

    def _page(self, key: Literal["roomId", "userId"], value: str, span: Span) -> Page:
        condition, values = f"{key} = :key", {":key": value}
        if cursor := span.before or span.after:
            condition += f" AND sortKey {'<' if span.before else '>'} :cursor"
            values[":cursor"] = cursor
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=marshal(values),
                ScanIndexForward=span.after is not None,
                Limit=span.limit + 1,
                **({"ConsistentRead": True} if key == "roomId" else {"IndexName": "userId-index"}),
            )
        found = [Message.model_validate(unmarshal(item)) for item in answer["Items"]]
        kept = _fitting(found[: span.limit])
        more = len(kept) < len(found) or "LastEvaluatedKey" in answer
        next_cursor = kept[-1].sort_key if kept and more else None
        return Page(sorted(kept, key=lambda message: message.sort_key), next_cursor)


def item_of(message: Message) -> Item:
    """Return the message as it is stored, its author's client's id included."""
    own = {"clientMessageId": message.client_message_id} if message.client_message_id else {}
    return message.model_dump(by_alias=True) | own


def message_of(image: "Mapping[str, AttributeValueTypeDef]") -> Message | None:
    """Return the message of an item as a stream tells it; None if the item is something else."""
    try:
        return Message.model_validate(unmarshal(image))
    except (ValidationError, KeyError):
        return None


def _fitting(messages: list[Message]) -> list[Message]:
    """As many of the first messages as fit into a page's bytes, one at least."""
    size = 0
    for count, message in enumerate(messages):
        size += len(encode(new_message(message)))
        if size > FRAME_LIMIT_BYTES and count:
            return messages[:count]
    return messages
