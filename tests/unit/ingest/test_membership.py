from collections.abc import Callable
from functools import partial

import pytest

from services.ingest.membership import authenticate, join, leave
from shared.auth.caller import Caller
from shared.auth.identity import Identity
from shared.protocol.refusals import Forbidden, RateLimited, Unauthenticated
from shared.rooms import private_room_id
from shared.stores.connections import EXPIRY_GRACE_SECONDS, Connections, no_room_key
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from tests.unit.examples import ALICE, BOB, NOW, NOW_SECONDS, connection

CALLER = Caller(ALICE, "v2")
LIMIT = 3


def members(connections: Connections, room: str) -> list[str]:
    return [member.connection_id for member in connections.members(room, NOW_SECONDS).members]


def test_joining_adds_a_room_and_keeps_the_others(connections: Connections) -> None:
    connections.put(connection("c1=", protocol="v1"))

    move = join("c1=", "kitchen", CALLER, connections=connections, limit=LIMIT, now_seconds=NOW_SECONDS)

    assert (move.connection.room_id, move.connection.protocol, move.is_new) == ("kitchen", "v1", True)
    assert members(connections, "kitchen") == members(connections, "global") == ["c1="]


def test_leaving_takes_out_of_that_room_alone(connections: Connections) -> None:
    connections.put(connection("c1="))
    connections.put(connection("c1=", room="kitchen"))

    move = leave("c1=", "kitchen", CALLER, connections=connections, now_seconds=NOW_SECONDS)

    assert (move.connection.room_id, move.is_new) == ("kitchen", True)
    assert members(connections, "kitchen") == []
    assert members(connections, "global") == ["c1="]


def test_a_connection_that_left_its_last_room_can_join_again(connections: Connections) -> None:
    connections.put(connection("c1="))

    leave("c1=", "global", CALLER, connections=connections, now_seconds=NOW_SECONDS)
    leave("c1=", "global", CALLER, connections=connections, now_seconds=NOW_SECONDS)
    join("c1=", "kitchen", CALLER, connections=connections, limit=LIMIT, now_seconds=NOW_SECONDS)

    assert members(connections, "global") == []
    assert members(connections, "kitchen") == ["c1="]
    assert [each.room_id for each in connections.remove_all("c1=")] == [no_room_key("c1="), "kitchen"]
    assert connections.find("c1=", NOW_SECONDS) is None


def test_joining_or_leaving_twice_is_no_news(connections: Connections) -> None:
    connections.put(connection("c1="))

    joins = [
        join("c1=", "kitchen", CALLER, connections=connections, limit=LIMIT, now_seconds=NOW_SECONDS)
        for _ in range(2)
    ]
    leaves = [
        leave("c1=", "kitchen", CALLER, connections=connections, now_seconds=NOW_SECONDS) for _ in range(2)
    ]

    assert [move.is_new for move in joins] == [move.is_new for move in leaves] == [True, False]


def test_nobody_moves_the_connection_of_someone_else(connections: Connections) -> None:
    connections.put(connection("c1=", identity=BOB))

    for change in (partial(join, limit=LIMIT), leave):
        with pytest.raises(Forbidden):
            change("c1=", "global", CALLER, connections=connections, now_seconds=NOW_SECONDS)


def test_an_unknown_connection_cannot_join(connections: Connections) -> None:
    with pytest.raises(Unauthenticated):
        join("c1=", "global", CALLER, connections=connections, limit=LIMIT, now_seconds=NOW_SECONDS)


def test_a_connection_is_in_so_many_rooms_and_no_more(connections: Connections) -> None:
    connections.put(connection("c1="))
    enter = partial(join, "c1=", caller=CALLER, connections=connections, limit=LIMIT, now_seconds=NOW_SECONDS)
    for room in ("attic", "kitchen"):
        enter(room_id=room)

    with pytest.raises(RateLimited):
        enter(room_id="yard")

    assert not enter(room_id="kitchen").is_new  # where it is, it stays
    leave("c1=", "attic", CALLER, connections=connections, now_seconds=NOW_SECONDS)
    assert enter(room_id="yard").is_new


@pytest.fixture
def show(connections: Connections, memberships: Memberships) -> Callable[[str, Caller], None]:
    """Shows the newer token of a caller on a connection."""
    return partial(authenticate, connections=connections, memberships=memberships, now_seconds=NOW_SECONDS)


def test_a_newer_token_leads_into_no_room_that_its_user_was_put_out_of(
    connections: Connections, memberships: Memberships, show: Callable[[str, Caller], None]
) -> None:
    stays, left = (private_room_id(bytes([number]) * 16) for number in range(2))
    memberships.join(Membership(ALICE.user_id, stays, "Alice", "member", NOW))
    for room in (stays, left):
        connections.put(connection("c1=", room=room))

    show("c1=", Caller(Identity(ALICE.user_id, "Alice", expires_at=NOW_SECONDS + 3_600), "v2"))

    assert members(connections, left) == []
    assert members(connections, stays) == ["c1="]


def test_who_was_put_out_of_the_only_room_is_connected_as_long_as_their_token(
    connections: Connections, show: Callable[[str, Caller], None]
) -> None:
    connections.put(connection("c1=", room=private_room_id(bytes(16))))

    show("c1=", Caller(Identity(ALICE.user_id, "Alice", expires_at=NOW_SECONDS + 3_600), "v2"))

    (known,) = connections.stored("c1=")
    assert (known.room_id, known.ttl) == (no_room_key("c1="), NOW_SECONDS + 3_600 + EXPIRY_GRACE_SECONDS)


def test_a_connection_is_heard_no_longer_than_its_token_unless_that_is_renewed(
    connections: Connections, show: Callable[[str, Caller], None]
) -> None:
    for room in ("global", "kitchen"):
        connections.put(connection("c1=", room=room, ttl=NOW_SECONDS))
    renewed = Caller(Identity("a11ce", "Alice", expires_at=NOW_SECONDS + 3_600), "v2")
    assert members(connections, "kitchen") == []

    show("c1=", renewed)

    assert members(connections, "kitchen") == members(connections, "global") == ["c1="]
    later = NOW_SECONDS + 3_600 + EXPIRY_GRACE_SECONDS
    assert connections.find("c1=", later - 1) is not None
    assert connections.find("c1=", later) is None


def test_an_older_token_shortens_nothing(
    connections: Connections, show: Callable[[str, Caller], None]
) -> None:
    connections.put(connection("c1=", ttl=NOW_SECONDS + 3_600))
    older = Caller(Identity("a11ce", "Alice", expires_at=NOW_SECONDS + 1), "v2")

    show("c1=", older)

    assert connections.find("c1=", NOW_SECONDS + 3_599) is not None


def test_nobody_renews_the_connection_of_someone_else_or_one_that_is_not_known(
    connections: Connections, show: Callable[[str, Caller], None]
) -> None:
    connections.put(connection("c1=", identity=BOB))

    with pytest.raises(Forbidden):
        show("c1=", CALLER)
    with pytest.raises(Unauthenticated):
        show("c2=", CALLER)


def test_joining_a_room_does_not_outlive_the_token(connections: Connections) -> None:
    connections.put(connection("c1=", ttl=NOW_SECONDS + 60))

    move = join("c1=", "kitchen", CALLER, connections=connections, limit=LIMIT, now_seconds=NOW_SECONDS)

    assert move.connection.ttl == NOW_SECONDS + 60
