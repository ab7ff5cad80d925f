import pytest

from services.ingest.roster import REMEMBERED_MS, ROOMS_REMEMBERED, Counts, roster
from shared.auth.identity import Identity
from shared.protocol.replies import Reply
from shared.stores.connections import Connections
from tests.unit.examples import ALICE, BOB, NOW, NOW_SECONDS, connection

LIMIT = 3


def asked(connections: Connections, counts: Counts | None = None, now: int = NOW) -> Reply:
    reply = roster("global", connections=connections, counts=counts or Counts(), room_limit=LIMIT, now=now)
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


def test_users_with_names_too_long_for_a_frame_are_counted_and_not_listed(connections: Connections) -> None:
    for number in range(100):
        connections.put(connection(f"{number}=", identity=Identity(f"u{number}", "\U0001f468" * 128)))

    answer = roster("global", connections=connections, counts=Counts(), room_limit=100, now=NOW)["data"]

    assert (answer["members"], answer["online"], answer["more"]) == (None, 100, False)


def test_counting_ends(connections: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.ingest.roster.COUNTED_CONNECTIONS", 5)
    for number in range(6):
        connections.put(connection(f"{number}=", identity=Identity(f"u{number}", "User")))

    answer = asked(connections)

    assert (answer["members"], answer["online"], answer["more"]) == (None, 5, True)


def test_a_large_room_is_counted_once_in_a_while_and_says_as_of_when(connections: Connections) -> None:
    counts = Counts()
    for number in range(LIMIT + 1):
        connections.put(connection(f"{number}=", identity=Identity(f"u{number}", "User")))
    first = asked(connections, counts)
    connections.put(connection("late=", identity=BOB))

    assert asked(connections, counts, NOW + REMEMBERED_MS - 1) == first
    assert asked(connections, counts, NOW + REMEMBERED_MS)["online"] == LIMIT + 2


def test_a_small_room_is_read_each_time(connections: Connections) -> None:
    counts = Counts()
    asked(connections, counts)
    connections.put(connection("b=", identity=BOB))

    assert asked(connections, counts)["online"] == 1


def test_only_so_many_counts_are_kept() -> None:
    counts = Counts()
    for number in range(ROOMS_REMEMBERED + 1):
        counts.keep(str(number), {"data": number}, NOW)

    assert counts.of("0", NOW) is None
    assert counts.of(str(ROOMS_REMEMBERED), NOW) == {"data": ROOMS_REMEMBERED}
