"""Who is in which room, read from the connections table."""

from typing import TYPE_CHECKING

from chatctl.membership import Room, everyone, rooms_of
from shared.jobs import shard_of
from shared.stores.connections import Connection, Connections, no_room_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOW = 1_800_000_000
SHARDS = 4


def connection(connection_id: str, room_id: str, ttl: int = NOW + 60) -> Connection:
    return Connection(connection_id, room_id, "u1", "Ann", NOW * 1000, ttl, "v2")


def test_connections_are_read_as_they_were_stored(
    dynamodb: "DynamoDBClient", connections: Connections
) -> None:
    stored = [connection("a=", "global"), connection("a=", "news"), connection("b=", "global")]
    for each in stored:
        connections.put(each)

    found = list(everyone(dynamodb, "connections", NOW))

    assert sorted(found, key=lambda each: (each.connection_id, each.room_id)) == stored


def test_expired_connections_are_left_out(dynamodb: "DynamoDBClient", connections: Connections) -> None:
    connections.put(connection("a=", "global", ttl=NOW))

    assert list(everyone(dynamodb, "connections", NOW)) == []


def test_rooms_are_counted_largest_first() -> None:
    inside = [connection("a=", "news"), connection("b=", "global"), connection("c=", "global")]

    assert rooms_of(inside, SHARDS) == [
        Room("global", 2, shard_of("global", SHARDS)),
        Room("news", 1, shard_of("news", SHARDS)),
    ]


def test_a_connection_outside_all_rooms_makes_no_room() -> None:
    assert rooms_of([connection("a=", no_room_key("a="))], SHARDS) == []
