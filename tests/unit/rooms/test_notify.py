"""What a user wants to be told of a room is the account's: kept once, and told to their other devices."""

from typing import Any

import pytest

from services.rooms.making import Stores
from services.rooms.membership import KEPT_ROOMS
from shared.stores.connections import Connections
from shared.stores.membership_rows import Membership
from tests.unit.examples import connection
from tests.unit.rooms.conftest import ALEX, NOW, SAM, Ask


def levels(ask: Ask) -> dict[str, tuple[str, str]]:
    return {row["roomId"]: (row["role"], row["notify"]) for row in ask(SAM, "myRooms")["memberships"]}


@pytest.mark.parametrize("chosen", ["mentions", "none", "all"])
def test_a_member_is_told_what_they_chose_whatever_they_are(ask: Ask, stores: Stores, chosen: str) -> None:
    stores.memberships.join(Membership(SAM.user_id, "porch", "Sam", "moderator", NOW))

    assert ask(SAM, "setNotify", roomId="porch", notify=chosen) == "ack"
    assert levels(ask) == {"porch": ("moderator", chosen)}


def test_in_a_public_room_it_takes_no_membership_and_makes_none(ask: Ask) -> None:
    ask(SAM, "setNotify", roomId="global", notify="mentions")
    ask(SAM, "setNotify", roomId="global", notify="all")

    assert levels(ask) == {"global": ("none", "all")}
    assert ask(SAM, "listMembers", roomId="global")["memberships"] == []


def test_who_becomes_a_member_later_keeps_it(ask: Ask, stores: Stores) -> None:
    ask(SAM, "setNotify", roomId="porch", notify="none")
    stores.memberships.join(Membership(SAM.user_id, "porch", "Sam", "member", NOW))

    assert levels(ask) == {"porch": ("member", "none")}


def test_a_room_that_one_may_not_read_has_nothing_to_tell(ask: Ask) -> None:
    private = ask(ALEX, "createRoom", kind="private", title="Board")["roomId"]

    assert ask(SAM, "setNotify", roomId=private, notify="all") == "FORBIDDEN"
    assert levels(ask) == {}


def test_it_is_kept_of_so_many_rooms(ask: Ask, stores: Stores) -> None:
    for number in range(KEPT_ROOMS):
        stores.memberships.join(Membership(SAM.user_id, f"room-{number}", "Sam", "member", NOW))

    assert ask(SAM, "setNotify", roomId="one-more", notify="none") == "FORBIDDEN"
    assert ask(SAM, "setNotify", roomId="room-0", notify="none") == "ack"


def test_the_other_devices_are_told(ask: Ask, connections: Connections, told: list[tuple[str, Any]]) -> None:
    connections.put(connection("phone=", identity=SAM))

    ask(SAM, "setNotify", roomId="global", notify="mentions")

    assert told == [("phone=", {"type": "membership", "data": {"roomId": "global"}})]
