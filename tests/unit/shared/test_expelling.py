"""Who is expelled waits before the next handshake, the longer the more often; nobody else does."""

from typing import TYPE_CHECKING

import pytest

from shared.auth.identity import Identity
from shared.expelling import WAIT_MS, expelling
from shared.protocol.refusals import RateLimited
from shared.rate import Bucket
from shared.stores.connections import Connections
from shared.stores.users import Users
from tests.unit.examples import connection

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOW = 1_763_856_000
HANDSHAKES = Bucket.of("60/1000")  # CONNECT_LIMIT
MALLORY, ALICE = Identity("mallory", "Mallory"), Identity("alice", "Alice")


class Door:
    """Connections that are expelled, and who may open the next."""

    def __init__(self, connections: Connections, users: Users) -> None:
        self.now = float(NOW)
        self.closed: list[str] = []
        self.gone: set[str] = set()
        self._connections = connections
        self._users = users
        self.expel = expelling(self._close, connections, users, lambda: self.now)

    def open(self, user: Identity, connection_id: str) -> None:
        self._users.spend(user, "connects", HANDSHAKES, int(self.now * 1000))
        self._connections.put(connection(connection_id, identity=user, ttl=NOW + 3600))

    def _close(self, connection_id: str) -> None:
        if connection_id in self.gone:
            raise OSError("Gone")
        self.closed.append(connection_id)


@pytest.fixture
def door(connections: Connections, dynamodb: "DynamoDBClient") -> Door:
    return Door(connections, Users(dynamodb, "users"))


def test_who_is_expelled_once_comes_back_at_once(door: Door) -> None:
    door.open(MALLORY, "m1=")
    door.expel("m1=")

    door.open(MALLORY, "m2=")
    assert door.closed == ["m1="]


def test_who_floods_for_an_hour_has_two_sockets_a_minute_and_others_theirs(door: Door) -> None:
    opened = 0
    while door.now < NOW + 3_600:
        try:
            door.open(MALLORY, f"m{opened}=")
            door.expel(f"m{opened}=")
            opened += 1
        except RateLimited as refusal:
            door.now += (refusal.retry_after_ms or 0) / 1000

    door.open(ALICE, "a1=")
    assert len(door.closed) == opened
    assert 100 < opened <= 3_600_000 // WAIT_MS


def test_who_has_left_meanwhile_waits_for_nothing(door: Door) -> None:
    door.open(MALLORY, "m1=")
    door.gone.add("m1=")
    for _ in range(10):
        with pytest.raises(OSError, match="Gone"):
            door.expel("m1=")

    door.open(MALLORY, "m2=")


def test_a_connection_that_is_gone_is_closed_all_the_same(door: Door) -> None:
    door.expel("unknown=")

    assert door.closed == ["unknown="]
