"""Who sends a frame in mock mode: the user that the connection was opened for, asked for once."""

from typing import TYPE_CHECKING

import pytest

from shared.auth.caller import Identify, identify_by_connection
from shared.auth.identity import Identity
from shared.protocol.frames import parse_frame
from shared.protocol.refusals import Unauthenticated
from shared.stores.connections import Connections
from tests.unit.examples import NOW_SECONDS, connection

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

FRAME = parse_frame('{"action":"ping"}')
LATER = NOW_SECONDS + 100


@pytest.fixture
def now() -> list[int]:
    return [NOW_SECONDS]


@pytest.fixture
def identify(connections: Connections, now: list[int]) -> Identify:
    return identify_by_connection(connections, lambda: now[0])


def test_each_connection_is_asked_for_once(
    dynamodb: "DynamoDBClient", connections: Connections, identify: Identify
) -> None:
    for name in ("alice", "bob"):
        connections.put(connection(f"{name}=", identity=Identity(name, name), ttl=LATER))
    calls: list[str] = []
    dynamodb.meta.events.register("before-call", lambda model, **_: calls.append(model.name))

    callers = [identify(FRAME, f"{name}=") for name in ("alice", "bob", "alice", "bob")]

    assert [each.identity.user_id for each in callers] == ["alice", "bob", "alice", "bob"]
    assert calls == ["Query"] * 2


def test_whoever_was_not_there_is_asked_for_again(connections: Connections, identify: Identify) -> None:
    with pytest.raises(Unauthenticated):
        identify(FRAME, "alice=")
    connections.put(connection("alice=", ttl=LATER))

    identify(FRAME, "alice=")


def test_a_connection_is_remembered_until_its_time_is_over(
    connections: Connections, identify: Identify, now: list[int]
) -> None:
    connections.put(connection("alice=", ttl=LATER))
    identify(FRAME, "alice=")

    now[0] = LATER
    with pytest.raises(Unauthenticated):
        identify(FRAME, "alice=")
