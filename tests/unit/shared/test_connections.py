from typing import TYPE_CHECKING, cast

import pytest

from shared.auth.identity import Identity
from shared.protocol.refusals import Unavailable
from shared.stores.connections import HANDSHAKE_SECONDS, Connections, Member, Occupant, no_room_key
from tests.unit.examples import ALICE, BOB, NOW_SECONDS, connection
from tests.unit.lagging import Lagging
from tests.unit.many_rows import store_copies

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def test_a_connection_is_found_as_it_was_stored(connections: Connections) -> None:
    stored = connection("c1=", identity=BOB, protocol="v1")
    connections.put(stored)

    assert connections.find("c1=", NOW_SECONDS) == stored


def test_an_expired_connection_is_not_found(connections: Connections) -> None:
    connections.put(connection("c1=", ttl=NOW_SECONDS))

    assert connections.find("c1=", NOW_SECONDS) is None


def test_an_unknown_connection_is_not_found(connections: Connections) -> None:
    assert connections.find("c1=", NOW_SECONDS) is None


def test_members_are_those_of_the_room_alone_and_not_the_expired(connections: Connections) -> None:
    connections.put(connection("here=", protocol="v1"))
    connections.put(connection("gone=", ttl=NOW_SECONDS - 1))
    connections.put(connection("elsewhere=", room="other"))

    page = connections.members("global", NOW_SECONDS)

    assert page.members == [Member("here=", "v1")]
    assert page.next is None


def test_all_pages_together_are_all_members(connections: Connections, dynamodb: "DynamoDBClient") -> None:
    # 1 MB is a page of a query: ids and names as long as they may be make pages few items long.
    names = [f"{number:04d}" + "x" * 1000 for number in range(1500)]
    connections.put(connection(names[0]))
    store_copies(dynamodb, "connections", "connectionId", names[1:])

    seen: list[str] = []
    pages = 0
    after = None
    while True:
        page = connections.members("global", NOW_SECONDS, after)
        seen += [member.connection_id for member in page.members]
        pages += 1
        after = page.next
        if after is None:
            break

    assert pages > 1
    assert len(seen) == len(names)
    assert set(seen) == set(names)


def test_putting_says_whether_it_is_new(connections: Connections) -> None:
    assert connections.put(connection("c1=")) is True
    assert connections.put(connection("c1=", ttl=NOW_SECONDS + 120)) is False
    assert connections.put(connection("c1=", room="kitchen")) is True


def test_occupants_are_the_connections_of_a_room_with_their_users(connections: Connections) -> None:
    connections.put(connection("a=", protocol="v1"))
    connections.put(connection("b=", identity=BOB))
    connections.put(connection("gone=", ttl=NOW_SECONDS))
    connections.put(connection("elsewhere=", room="kitchen"))

    found = connections.occupants("global", NOW_SECONDS, 10)

    assert not found.more
    assert sorted(found.counted, key=lambda occupant: occupant.connection_id) == [
        Occupant("a=", "v1", ALICE.user_id, ALICE.username, connection("a=").ttl),
        Occupant("b=", "v2", BOB.user_id, BOB.username, connection("b=").ttl),
    ]


def test_occupants_are_counted_up_to_a_limit(connections: Connections) -> None:
    for number in range(4):
        connections.put(connection(f"c{number}="))

    exact = connections.occupants("global", NOW_SECONDS, 4)
    over = connections.occupants("global", NOW_SECONDS, 3)

    assert (len(exact.counted), exact.more) == (4, False)
    assert (len(over.counted), over.more) == (3, True)


def test_of_occupants_that_fill_more_than_a_page_of_dynamodb_there_are_more(connections: Connections) -> None:
    talkative = Identity("u1", "x" * 100_000)
    for number in range(12):
        connections.put(connection(f"c{number}=", identity=talkative))

    assert connections.occupants("global", NOW_SECONDS, 100).more


def test_who_is_still_in_which_room_is_told_in_any_number(connections: Connections) -> None:
    for number in range(130):
        connections.put(connection(f"c{number}=", room="kitchen"))
    connections.put(connection("c0=", room="hall"))
    there = {(f"c{number}=", "kitchen") for number in range(130)} | {("c0=", "hall")}

    assert connections.present(there | {("c1=", "hall"), ("x=", "kitchen")}) == there
    assert connections.present(set()) == set()


def test_removing_says_whether_it_was_there(connections: Connections) -> None:
    connections.put(connection("c1="))

    assert connections.remove("c1=", "global") is True
    assert connections.remove("c1=", "global") is False


def test_what_is_gone_is_removed_once_its_handshake_must_be_over(connections: Connections) -> None:
    connections.put(connection("c1="))

    assert connections.remove_gone("c1=", "global", NOW_SECONDS + HANDSHAKE_SECONDS - 1) is False
    assert connections.find("c1=", NOW_SECONDS) is not None
    assert connections.remove_gone("c1=", "global", NOW_SECONDS + HANDSHAKE_SECONDS + 1) is True
    assert connections.remove_gone("c1=", "global", NOW_SECONDS + HANDSHAKE_SECONDS + 1) is False


def test_removing_all_leaves_no_room_and_no_other_connection_out(connections: Connections) -> None:
    for number in range(30):
        connections.put(connection("c1=", room=f"room-{number}"))
    connections.put(connection("c2="))

    assert len(connections.remove_all("c1=")) == 30
    assert connections.find("c1=", NOW_SECONDS) is None
    assert connections.find("c2=", NOW_SECONDS) is not None


def test_what_has_expired_is_none_of_a_users_though_nobody_has_removed_it(connections: Connections) -> None:
    connections.put(connection("open=", room="kitchen"))
    connections.put(connection("expired=", ttl=NOW_SECONDS))

    assert connections.open_of_user(ALICE.user_id, NOW_SECONDS) == {"open="}


def test_who_is_put_out_hears_nothing_though_the_index_does_not_know_yet_that_they_came(
    connections: Connections, dynamodb: "DynamoDBClient"
) -> None:
    connections.put(connection("alice="))
    connections.put(connection("bob=", room="kitchen", identity=BOB))
    lagging = cast("DynamoDBClient", Lagging(dynamodb))
    connections.put(connection("alice=", room="kitchen"))

    Connections(lagging, "connections").evict(ALICE.user_id, "kitchen")

    assert [each.connection_id for each in connections.members("kitchen", NOW_SECONDS).members] == ["bob="]
    assert {each.room_id for each in connections.stored("alice=")} == {"global", no_room_key("alice=")}


def test_removing_all_tells_what_it_removed_also_of_a_connection_in_no_room(connections: Connections) -> None:
    in_a_room, in_none = connection("c1="), connection("c1=", room=no_room_key("c1="))
    connections.put(in_a_room)
    connections.put(in_none)

    assert connections.remove_all("c1=") == [in_none, in_a_room]
    assert connections.find("c1=", NOW_SECONDS) is None


def test_a_missing_table_is_unavailable_not_a_crash(dynamodb: "DynamoDBClient") -> None:
    with pytest.raises(Unavailable):
        Connections(dynamodb, "no-such-table").members("global", NOW_SECONDS)
