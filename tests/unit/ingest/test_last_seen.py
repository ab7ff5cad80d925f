"""Whose connection opens or ends was here, which is noted if they want it told; nothing fails by that."""

import json
import os
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from shared.observability import Handler
from shared.stores.connections import Connections, no_room_key
from shared.stores.dynamodb import unmarshal
from shared.stores.profiles import Profile, Profiles
from shared.stores.users import status_key
from tests.unit.examples import ALICE, NOW_SECONDS, connection
from tests.unit.ingest.test_announcing import CONTEXT, HANDSHAKE, handshake

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

END = {"requestContext": {"connectionId": "c1="}}
Made = Callable[[str], Handler]


@pytest.fixture
def made(inbox: str, calls: list[str], profiles: Profiles) -> Made:
    """Makes the handler of a module; calls count from then on."""

    def make(module: str) -> Handler:
        handler: Handler = import_module(f"services.ingest.handlers.{module}").build(os.environ)
        calls.clear()
        return handler

    return make


@pytest.fixture
def profiles(dynamodb: "DynamoDBClient") -> Profiles:
    """Alice is among them, and has chosen nothing."""
    profiles = Profiles(dynamodb, "users")
    profiles.put(Profile(ALICE.user_id, "alice", "Alice"), None, NOW_SECONDS)
    return profiles


def chooses(profiles: Profiles, *, show: bool) -> None:
    (before,) = profiles.find_all([ALICE.user_id])
    profiles.put(before, before, NOW_SECONDS, show_last_seen=show)


def seen_at(dynamodb: "DynamoDBClient") -> int | None:
    item = dynamodb.get_item(TableName="users", Key=status_key(ALICE.user_id))["Item"]
    at: int | None = unmarshal(item).get("lastSeenAt")
    return at


def test_the_end_of_a_connection_is_noted_of_who_wants_it(
    made: Made, calls: list[str], profiles: Profiles, connections: Connections, dynamodb: "DynamoDBClient"
) -> None:
    chooses(profiles, show=True)
    connections.put(connection("c1=", room="kitchen"))

    made("disconnect")(END, CONTEXT)

    assert calls == ["Query", "BatchWriteItem", "Publish", "UpdateItem"]
    assert (seen_at(dynamodb) or 0) > NOW_SECONDS * 1000
    assert (seen_at(dynamodb) or 0) % 60_000 == 0


def test_so_is_that_of_one_in_no_room(
    made: Made, profiles: Profiles, connections: Connections, dynamodb: "DynamoDBClient"
) -> None:
    chooses(profiles, show=True)
    connections.put(connection("c1=", room=no_room_key("c1=")))

    made("disconnect")(END, CONTEXT)

    assert seen_at(dynamodb)


def test_of_who_wants_nothing_told_nothing_is_noted(
    made: Made, profiles: Profiles, connections: Connections, dynamodb: "DynamoDBClient"
) -> None:
    chooses(profiles, show=True)
    chooses(profiles, show=False)
    connections.put(connection("c1="))

    assert made("connect")(handshake(), CONTEXT)["statusCode"] == 200
    made("disconnect")(END, CONTEXT)

    assert seen_at(dynamodb) is None


def test_a_connection_that_is_not_known_costs_no_write(made: Made, calls: list[str]) -> None:
    made("disconnect")(END, CONTEXT)

    assert "UpdateItem" not in calls


@pytest.mark.parametrize("shows", [False, True])
def test_a_handshake_is_noted_by_one_more_call_of_who_wants_it_and_by_none_of_others(
    made: Made, calls: list[str], profiles: Profiles, dynamodb: "DynamoDBClient", *, shows: bool
) -> None:
    chooses(profiles, show=shows)

    assert made("connect")(handshake(), CONTEXT)["statusCode"] == 200

    assert calls == [*HANDSHAKE, "Publish"] + ["UpdateItem"] * shows
    assert (seen_at(dynamodb) is not None) == shows


def test_a_handshake_that_is_refused_is_not_noted(
    made: Made, profiles: Profiles, dynamodb: "DynamoDBClient"
) -> None:
    chooses(profiles, show=True)
    wrong = handshake() | {"queryStringParameters": {"roomId": "~pnot-a-room"}}

    assert made("connect")(wrong, CONTEXT)["statusCode"] != 200

    assert seen_at(dynamodb) is None


def test_where_it_cannot_be_noted_rooms_are_left_all_the_same_and_it_is_counted(
    made: Made, connections: Connections, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    connections.put(connection("c1=", room="kitchen"))
    monkeypatch.setenv("USERS_TABLE", "no-such-table")

    assert made("disconnect")(END, CONTEXT)["statusCode"] == 200

    assert connections.stored("c1=") == []
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert counted(lines, "LastSeenNotNoted") == counted(lines, "Disconnects") == [1]


def test_where_it_cannot_be_noted_a_connection_opens_all_the_same(
    made: Made,
    profiles: Profiles,
    connections: Connections,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chooses(profiles, show=True)
    monkeypatch.setattr("shared.stores.last_seen.status_key", lambda _user_id: {})

    assert made("connect")(handshake(), CONTEXT)["statusCode"] == 200

    assert connections.stored("c1=")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert counted(lines, "LastSeenNotNoted") == counted(lines, "Connects") == [1]


def counted(lines: list[dict[str, Any]], metric: str) -> list[float]:
    return [value for line in lines if metric in line for value in line[metric]]
