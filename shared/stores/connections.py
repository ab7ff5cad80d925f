"""The connections table: which connection is in which room."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from pydantic.alias_generators import to_camel

from shared.stores.dynamodb import (
    READ_LIMIT_ITEMS,
    Item,
    batch_get,
    batch_write,
    held,
    marshal,
    store_errors,
    unmarshal,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        QueryInputPaginateTypeDef,
        QueryInputTypeDef,
    )

ProtocolVersion = Literal["v1", "v2"]

LIFETIME_SECONDS = 24 * 60 * 60
# How long after its token a connection is still delivered to, for a client that renews it late.
EXPIRY_GRACE_SECONDS = 30
# `$connect` stores the connection, then API Gateway ends the handshake; until then it answers posts with 410.
# A handshake waits 29 s for `$connect` at most (API Gateway's integration time-out).
HANDSHAKE_SECONDS = 30
CHECK_LIMIT_CONNECTIONS = READ_LIMIT_ITEMS  # by one call

Presence = tuple[str, str]
"""A connection id and the room that it is in."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection in one room. `connected_at` is epoch ms, `ttl` epoch s."""

    connection_id: str
    room_id: str
    user_id: str
    username: str
    connected_at: int
    ttl: int
    protocol: ProtocolVersion


@dataclass(frozen=True, slots=True)
class Member:
    """A connection of a room, as the fan-out needs it."""

    connection_id: str
    protocol: ProtocolVersion


@dataclass(frozen=True, slots=True)
class Occupant:
    """A connection of a room with its user, as presence needs it. `ttl` (epoch s) grows with joining."""

    connection_id: str
    protocol: ProtocolVersion
    user_id: str
    username: str
    ttl: int


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Some members of a room, and where to go on, None at the end."""

    members: list[Member]
    next: str | None


@dataclass(frozen=True, slots=True)
class Occupants:
    """The connections of a room, as far as they were counted, and whether there are more."""

    counted: list[Occupant]
    more: bool


def ttl_of(token_expires_at: int | None, now_seconds: int) -> int:
    """Return until when a connection is delivered to, epoch s: while its token is good, a day at most."""
    day = now_seconds + LIFETIME_SECONDS
    return day if token_expires_at is None else min(day, token_expires_at + EXPIRY_GRACE_SECONDS)


def no_room_key(connection_id: str) -> str:
    """Return the key under which a connection in no room is kept; it can never be a room id."""
    return f"${connection_id}"


class Connections:
    """Reads and writes connections. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, connection: Connection) -> bool:
        """Add the connection to its room; return whether it was not there before."""
        item = {to_camel(name): value for name, value in asdict(connection).items()}
        with store_errors():
            answer = self._client.put_item(TableName=self._table, Item=marshal(item), ReturnValues="ALL_OLD")
        return "Attributes" not in answer

    def find(self, connection_id: str, now_seconds: int) -> Connection | None:
        """Return the connection as one of its rooms has it; None if it is not stored or has expired."""
        return next(iter(self.standing(connection_id, now_seconds, limit=1)), None)

    def standing(self, connection_id: str, now_seconds: int, limit: int) -> list[Connection]:
        """Return the connection as its rooms have it, `limit` of them at most, without what has expired."""
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="connectionId = :connection",
                ExpressionAttributeValues=marshal({":connection": connection_id}),
                ConsistentRead=True,
                Limit=limit,
            )
        stored = [_connection(unmarshal(item)) for item in answer["Items"]]
        return [each for each in stored if each.ttl > now_seconds]

    def stored(self, connection_id: str) -> list[Connection]:
        """Return the connection as all of its rooms know it, what has expired included."""
        return list(self._all_of(connection_id))

    def renew(self, connection: Connection, ttl: int) -> None:
        """Let a connection last until `ttl`, epoch s, in one of its rooms, unless it has left that."""
        held(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=marshal({"connectionId": connection.connection_id, "roomId": connection.room_id}),
                UpdateExpression="SET #ttl = :ttl",
                ConditionExpression="attribute_exists(connectionId)",
                ExpressionAttributeNames={"#ttl": "ttl"},
                ExpressionAttributeValues=marshal({":ttl": ttl}),
            )
        )

    def remove(self, connection_id: str, room_id: str) -> bool:
        """Take the connection out of the room; return whether it was there."""
        return held(
            lambda: self._client.delete_item(
                TableName=self._table,
                Key=marshal({"connectionId": connection_id, "roomId": room_id}),
                ConditionExpression="attribute_exists(connectionId)",
            )
        )

    def take_out(self, connection: Connection) -> bool:
        """Take a connection out of its room; it stays stored, in none. Return whether it was there."""
        self.put(replace(connection, room_id=no_room_key(connection.connection_id)))
        return self.remove(connection.connection_id, connection.room_id)

    def remove_gone(self, connection_id: str, room_id: str, now_seconds: float) -> bool:
        """Take out a connection after a 410, but keep those younger than the handshake time-out."""
        opened_before = int((now_seconds - HANDSHAKE_SECONDS) * 1000)
        return held(
            lambda: self._client.delete_item(
                TableName=self._table,
                Key=marshal({"connectionId": connection_id, "roomId": room_id}),
                ConditionExpression="connectedAt < :before",
                ExpressionAttributeValues=marshal({":before": opened_before}),
            )
        )

    def remove_all(self, connection_id: str) -> list[Connection]:
        """Take the connection out of all its rooms; return it as each had it, and as it was kept in none."""
        stored = list(self._all_of(connection_id))
        keys = [marshal({"connectionId": connection_id, "roomId": each.room_id}) for each in stored]
        batch_write(self._client, self._table, removed=keys)
        return stored

    def evict(self, user_id: str, room_id: str) -> None:
        """Take a user's connections out of a room; the index may not know one opened in the last second.

        The rooms of those that it knows are read consistently: it need not know yet that they are in this
        one. They stay stored, in no room if they were in this alone: their user is stored nowhere else.
        """
        for connection_id in self.of_user(user_id):
            for each in self.stored(connection_id):
                if each.room_id == room_id:
                    self.take_out(each)

    def of_user(self, user_id: str) -> set[str]:
        """Return the ids of a user's connections; the index may not know one of the last second.

        Two hundred rooms on each of ten connections are some 30 read units; mostly it is one.
        """
        return self._of_user(user_id)

    def open_of_user(self, user_id: str, now_seconds: int) -> set[str]:
        """Return the ids of a user's connections that have not expired; the index may lag.

        DynamoDB removes rows some days after they expired, and API Gateway does not tell of every end.
        """
        return self._of_user(user_id, "#ttl > :now", {":now": now_seconds}, {"#ttl": "ttl"})

    def listeners(self, user_id: str, now_seconds: int) -> set[str]:
        """Return the ids of a user's connections that speak v2 and have not expired; the index may lag."""
        wanted: Item = {":now": now_seconds, ":v2": "v2"}
        return self._of_user(user_id, "#ttl > :now AND protocol = :v2", wanted, {"#ttl": "ttl"})

    def _of_user(
        self, user_id: str, only: str = "", values: Item | None = None, names: dict[str, str] | None = None
    ) -> set[str]:
        query: QueryInputPaginateTypeDef = {
            "TableName": self._table,
            "IndexName": "userId-index",
            "KeyConditionExpression": "userId = :user",
            "ProjectionExpression": "connectionId",
            "ExpressionAttributeValues": marshal({":user": user_id, **(values or {})}),
        }
        if only:
            query["FilterExpression"] = only
        if names:
            query["ExpressionAttributeNames"] = names
        pages = self._client.get_paginator("query").paginate(**query)
        with store_errors():
            return {item["connectionId"]["S"] for page in pages for item in page["Items"]}

    def members(self, room_id: str, now_seconds: int, after: str | None = None) -> MemberPage:
        """Return a page of a room's members, as large as DynamoDB gives them, without the expired ones.

        `after` is the `next` of the page before.
        """
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "IndexName": "roomId-index",
            "KeyConditionExpression": "roomId = :room",
            "FilterExpression": "#ttl > :now",
            "ProjectionExpression": "connectionId, protocol",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": marshal({":room": room_id, ":now": now_seconds}),
        }
        if after:
            query["ExclusiveStartKey"] = marshal({"roomId": room_id, "connectionId": after})
        with store_errors():
            answer = self._client.query(**query)
        last = answer.get("LastEvaluatedKey")
        return MemberPage(
            [
                Member(item["connectionId"]["S"], "v2" if item["protocol"]["S"] == "v2" else "v1")
                for item in answer["Items"]
            ],
            next=last["connectionId"]["S"] if last else None,
        )

    def present(self, wanted: Collection[Presence]) -> set[Presence]:
        """Return those connections that are in those rooms, read consistently; the expired are among them."""
        keys = [marshal({"connectionId": each, "roomId": room}) for each, room in sorted(wanted)]
        items = batch_get(self._client, self._table, keys, consistent=True, attributes="connectionId, roomId")
        return {(item["connectionId"], item["roomId"]) for item in items}

    def occupants(self, room_id: str, now_seconds: int, limit: int) -> Occupants:
        """Return the connections of a room with their users, without the expired ones, by one query.

        At most `limit` are looked at, the expired included, and no more than DynamoDB's page of 1 MB holds.
        """
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                IndexName="roomId-index",
                KeyConditionExpression="roomId = :room",
                ExpressionAttributeValues=marshal({":room": room_id}),
                Limit=limit + 1,
            )
        found = [unmarshal(item) for item in answer["Items"]]
        return Occupants(
            [
                Occupant(
                    item["connectionId"], item["protocol"], item["userId"], item["username"], item["ttl"]
                )
                for item in found[:limit]
                if item["ttl"] > now_seconds
            ],
            more=len(found) > limit or "LastEvaluatedKey" in answer,
        )

    def _all_of(self, connection_id: str) -> Iterator[Connection]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="connectionId = :connection",
            ExpressionAttributeValues=marshal({":connection": connection_id}),
            ConsistentRead=True,
        )
        with store_errors():
            for page in pages:
                yield from (_connection(unmarshal(item)) for item in page["Items"])


def _connection(item: Item) -> Connection:
    return Connection(
        connection_id=item["connectionId"],
        room_id=item["roomId"],
        user_id=item["userId"],
        username=item["username"],
        connected_at=item["connectedAt"],
        ttl=item["ttl"],
        protocol=item["protocol"],
    )
