"""The rooms table: rooms that have a title, and invitations to them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic.alias_generators import to_camel

from shared.protocol.refusals import Forbidden
from shared.rooms import RoomKind, kind_of
from shared.stores.dynamodb import (
    Item,
    batch_get,
    failed_condition,
    held,
    marshal,
    repeated_on_conflict,
    store_errors,
    transacted,
    unmarshal,
)
from shared.stores.membership_rows import Membership, entering, joining
from shared.stores.retentions import listing

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        QueryInputTypeDef,
        TransactWriteItemTypeDef,
    )

ROOM = "room"
INVITE = "invite"
REPORT_SECONDS = 90 * 24 * 60 * 60  # as long as operators have to look at it
# The partitions of the directory. One each will do: rooms are made some a day, not some a second.
PUBLIC, REPORTED = "public", "reported"


@dataclass(frozen=True, slots=True)
class Room:
    """A room with a title. `created_at` is epoch ms. Public rooms may be used without ever being made one.

    `retention_days` is for how long it keeps its log, 0 for good. `other` is whom a conversation of two was
    started with, in other rooms empty.
    """

    room_id: str
    title: str
    topic: str
    created_by: str
    created_at: int
    other: str = ""
    retention_days: int = 0

    @property
    def kind(self) -> RoomKind:
        """Whether it is public, private or direct."""
        return kind_of(self.room_id)


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation by link. `expires_at` is epoch s; `uses_left` counts down."""

    code: str
    room_id: str
    created_by: str
    expires_at: int
    uses_left: int

    def is_good(self, now_seconds: int) -> bool:
        """Whether it has neither expired nor been used up."""
        return self.expires_at > now_seconds and self.uses_left > 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a user reported of a message. `author` and `created_by` are user ids, `created_at` epoch ms."""

    room_id: str
    sort_key: str
    author: str
    created_by: str
    reason: str
    created_at: int


@dataclass(frozen=True, slots=True)
class RoomPage:
    """Some rooms, and where to go on, None at the end."""

    rooms: list[Room]
    next: str | None


class Rooms:
    """Reads and writes rooms and invitations. All methods raise RateLimited or Unavailable.

    `also` are actions of the transaction that writes: all or nothing is done.
    """

    def __init__(self, client: "DynamoDBClient", rooms_table: str, memberships_table: str) -> None:
        self._client = client
        self._table = rooms_table
        self._memberships_table = memberships_table

    def find(self, room_id: str) -> Room | None:
        """Return the room of that id, if it was ever made one."""
        item = self._get(room_id, ROOM)
        return _room(item) if item else None

    def find_all(self, room_ids: Sequence[str]) -> dict[str, Room]:
        """Return the rooms of those ids by id, without those that were never made one."""
        keys = [_key(room_id, ROOM) for room_id in room_ids]
        return {item["roomId"]: _room(item) for item in batch_get(self._client, self._table, keys)}

    def create(
        self, room: Room, *members: Membership, also: "Sequence[TransactWriteItemTypeDef]" = ()
    ) -> bool:
        """Store a room with its first members, all or nothing; return whether it was not there before.

        What they had chosen for it stays: a public room is used, and its rows are written, before it is made.
        """
        item = {to_camel(name): value for name, value in asdict(room).items()} | {"item": ROOM}
        if room.kind == "public":
            item["directory"] = PUBLIC
        puts: list[TransactWriteItemTypeDef] = [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": marshal(item),
                    "ConditionExpression": "attribute_not_exists(roomId)",
                }
            },
        ]
        puts += [{"Update": entering(self._memberships_table, member)} for member in members]
        return transacted(self._client, [*puts, *also])

    def update(self, before: Room, after: Room, *, also: "Sequence[TransactWriteItemTypeDef]" = ()) -> bool:
        """Change title, topic and retention of a room that was read; return whether it still was as read."""
        update: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": _key(before.room_id, ROOM),
                "UpdateExpression": "SET title = :title, topic = :topic, retentionDays = :days",
                "ConditionExpression": "title = :titleBefore AND topic = :topicBefore"
                " AND (attribute_not_exists(retentionDays) OR retentionDays = :daysBefore)",
                "ExpressionAttributeValues": marshal(
                    {
                        ":title": after.title,
                        ":topic": after.topic,
                        ":titleBefore": before.title,
                        ":topicBefore": before.topic,
                        ":days": after.retention_days,
                        ":daysBefore": before.retention_days,
                    }
                ),
            }
        }
        actions = [update, *also]
        if after.retention_days != before.retention_days:
            actions.append(listing(self._table, before.room_id, after.retention_days))
        return transacted(self._client, actions)

    def directory(self, after: str | None, limit: int) -> RoomPage:
        """Return a page of the public rooms by id; `after` is the `next` of the page before."""
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "IndexName": "directory-index",
            "KeyConditionExpression": "directory = :public",
            "ExpressionAttributeValues": marshal({":public": PUBLIC}),
            "Limit": limit,
        }
        if after:
            query["ExclusiveStartKey"] = marshal({"roomId": after, "item": ROOM, "directory": PUBLIC})
        with store_errors():
            answer = self._client.query(**query)
        last = answer.get("LastEvaluatedKey")
        return RoomPage(
            [_room(unmarshal(item)) for item in answer["Items"]],
            next=unmarshal(last)["roomId"] if last else None,
        )

    def put_report(self, report: Report) -> None:
        """Store a report, in place of an earlier one of that user about that message."""
        item: dict[str, str | int] = {to_camel(name): value for name, value in asdict(report).items()}
        item["item"] = f"report|{report.sort_key}|{report.created_by}"
        item["directory"] = REPORTED
        item["ttl"] = report.created_at // 1000 + REPORT_SECONDS
        with store_errors():
            self._client.put_item(TableName=self._table, Item=marshal(item))

    def reports(self, limit: int) -> tuple[list[Report], bool]:
        """Return the newest reports first, of at most `limit` that are read, and whether there are more."""
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                IndexName="directory-index",
                KeyConditionExpression="directory = :reported",
                ExpressionAttributeValues=marshal({":reported": REPORTED}),
                Limit=limit,
            )
        found = [_report(unmarshal(item)) for item in answer["Items"]]
        newest = sorted(found, key=lambda report: report.created_at, reverse=True)
        return newest, "LastEvaluatedKey" in answer

    def put_invite(self, invite: Invite) -> bool:
        """Store an invitation, which goes away by itself once it has expired; return whether it is new."""
        item: dict[str, str | int] = {
            "roomId": _invite_key(invite.code),
            "item": INVITE,
            "invitedTo": invite.room_id,
            "createdBy": invite.created_by,
            "ttl": invite.expires_at,
            "usesLeft": invite.uses_left,
        }
        return held(
            lambda: self._client.put_item(
                TableName=self._table,
                Item=marshal(item),
                ConditionExpression="attribute_not_exists(roomId)",  # a repetition gives no use back
            )
        )

    def find_invite(self, code: str) -> Invite | None:
        """Return the invitation of that code, also one that is not good any more, while it is kept."""
        item = self._get(_invite_key(code), INVITE)
        if item is None:
            return None
        return Invite(code, item["invitedTo"], item["createdBy"], item["ttl"], item["usesLeft"])

    def accept(
        self,
        invite: Invite,
        membership: Membership,
        now_seconds: int,
        *,
        also: "Sequence[TransactWriteItemTypeDef]" = (),
    ) -> bool:
        """Use an invitation once and make its user a member, both or neither; return whether they were none.

        Raises:
            Forbidden: the invitation has expired or been used up meanwhile.
        """
        use: TransactWriteItemTypeDef = {
            "Update": {
                "TableName": self._table,
                "Key": _key(_invite_key(invite.code), INVITE),
                "UpdateExpression": "ADD usesLeft :minusOne",
                "ConditionExpression": "usesLeft > :zero AND #ttl > :now",
                "ExpressionAttributeNames": {"#ttl": "ttl"},
                "ExpressionAttributeValues": marshal({":minusOne": -1, ":zero": 0, ":now": now_seconds}),
            }
        }
        join: TransactWriteItemTypeDef = {"Update": joining(self._memberships_table, membership)}
        with store_errors():
            try:
                repeated_on_conflict(
                    lambda: self._client.transact_write_items(TransactItems=[use, join, *also])
                )
            except ClientError as error:
                if failed_condition(error, 1) is not None:
                    return False  # also where they used it up themselves, by a frame that was sent twice
                if failed_condition(error, 0) is None:
                    raise
                raise Forbidden("the invitation has expired or was used up") from None
        return True

    def _get(self, key: str, item: str) -> Item | None:
        with store_errors():
            answer = self._client.get_item(TableName=self._table, Key=_key(key, item), ConsistentRead=True)
        return unmarshal(answer["Item"]) if "Item" in answer else None


def _key(room_id: str, item: str) -> "dict[str, AttributeValueTypeDef]":
    return marshal({"roomId": room_id, "item": item})


def _invite_key(code: str) -> str:
    # `#` is in no room's id.
    return f"#{code}"


def _report(item: Item) -> Report:
    _, sort_key, created_by = item["item"].split("|", 2)
    return Report(item["roomId"], sort_key, item["author"], created_by, item["reason"], item["createdAt"])


def _room(item: Item) -> Room:
    return Room(
        item["roomId"],
        item["title"],
        item["topic"],
        item["createdBy"],
        item["createdAt"],
        item.get("other", ""),
        item.get("retentionDays", 0),
    )
