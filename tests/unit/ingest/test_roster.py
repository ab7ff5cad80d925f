import pytest

from services.ingest.roster import roster
from shared.auth.identity import Identity
from shared.protocol.replies import Reply
from shared.stores.connections import Connections
from tests.unit.examples import ALICE, BOB, NOW, NOW_SECONDS, connection

LIMIT = 3


def asked(connections: Connections) -> Reply:
    reply = roster("global", connections=connections, room_limit=LIMIT, now=NOW)
    assert reply["type"] == "members"
    data: Reply = reply["data"]
    return data


def test_each_user_is_listed_once_by_name(connections: Connections) -> None:
    connections.put(connection("b=", identity=BOB))
    connections.put(connection("a1=", identity=ALICE))
    connections.put(connection("a2=", identity=ALICE, protocol="v1"))
    connections.put(connection("old=", identity=Identity("0ld", "Olga"), ttl=NOW_SECONDS))

    assert asked(connections) == {
        "roomId": "global",
        "members": [
            {"userId": ALICE.user_id, "username": "Alice"},
            {"userId": BOB.user_id, "username": "Bob"},
        ],
        "online": 2,
        "more": False,
        "at": NOW,
    }


def test_nobody_is_in_an_empty_room(connections: Connections) -> None:
    assert asked(connections)["members"] == []


def test_above_the_limit_users_are_counted_and_not_listed(connections: Connections) -> None:
    for number in range(LIMIT):
        connections.put(connection(f"a{number}=", identity=ALICE))
    connections.put(connection("b=", identity=BOB))

    answer = asked(connections)

    assert (answer["members"], answer["online"], answer["more"]) == (None, 2, False)


def test_counting_ends(connections: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingest.roster.COUNTED_CONNECTIONS", 5)
    for number in range(6):
        connections.put(connection(f"{number}=", identity=Identity(f"u{number}", "User")))

    answer = asked(connections)

    assert (answer["members"], answer["online"], answer["more"]) == (None, 5, True)
