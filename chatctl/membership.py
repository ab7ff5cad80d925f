"""Who is in which room, as the connections table knows it.

An operator may scan, functions may not: `everyone` reads the whole table, half a read unit for every 4 KB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic.alias_generators import to_snake

from shared.jobs import shard_of
from shared.stores.connections import Connection, no_room_key
from shared.stores.dynamodb import marshal, unmarshal

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Room:
    """A room with somebody in it."""

    room_id: str
    connections: int
    shard: int


def everyone(dynamodb: DynamoDBClient, table: str, now_seconds: int) -> Iterator[Connection]:
    """Every connection in every room it is in, without the expired ones."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="#ttl > :now",
        ExpressionAttributeNames={"#ttl": "ttl"},
        ExpressionAttributeValues=marshal({":now": now_seconds}),
    )
    for page in pages:
        for item in page["Items"]:
            yield Connection(**{to_snake(name): value for name, value in unmarshal(item).items()})


def rooms_of(connections: Iterable[Connection], shards: int) -> list[Room]:
    """Return the rooms of these connections, the largest first; a connection outside all rooms is in none."""
    counts = Counter(each.room_id for each in connections if each.room_id != no_room_key(each.connection_id))
    return [Room(room, count, shard_of(room, shards)) for room, count in counts.most_common()]
