"""Who is what in a room, and what follows from it."""

from typing import Any

import pytest

from services.rooms.making import Stores
from shared.stores.connections import Connections
from tests.unit.examples import NOW_SECONDS, connection
from tests.unit.rooms.conftest import ALEX, MARA, NOW, OLGA, SAM, Ask

HOUR = 3_600


def members(ask: Ask, room_id: str) -> dict[str, str]:
    return {row["userId"]: row["role"] for row in ask(OLGA, "listMembers", roomId=room_id)["memberships"]}


def test_a_private_room_answers_forbidden_to_whatever_a_stranger_asks(ask: Ask, private: str) -> None:
    target = {"roomId": private, "userId": ALEX.user_id}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("updateRoom", {"roomId": private, "title": "x"}),
        ("listMembers", {"roomId": private}),
        ("createInvite", {"roomId": private}),
        ("inviteMember", target),
        ("setRole", {**target, "role": "owner"}),
        ("removeMember", target),
        ("muteMember", {**target, "seconds": 60}),
        ("banMember", {**target, "seconds": 60}),
        ("unban", target),
    ]

    assert {action: ask(SAM, action, **data) for action, data in asked} == {
        action: "FORBIDDEN" for action, _ in asked
    }


def test_an_invitation_works_as_often_as_it_says_and_once_a_user(ask: Ask, private: str) -> None:
    code = ask(MARA, "createInvite", roomId=private, uses=1)["code"]

    assert ask(SAM, "acceptInvite", code=code)["roomId"] == private
    assert ask(SAM, "acceptInvite", code=code) == "FORBIDDEN"  # used up, and Sam is in
    assert members(ask, private)[SAM.user_id] == "member"


def test_a_member_who_accepts_again_uses_nothing_up(ask: Ask, private: str) -> None:
    code = ask(MARA, "createInvite", roomId=private, uses=1)["code"]

    assert ask(ALEX, "acceptInvite", code=code)["roomId"] == private
    assert ask(SAM, "acceptInvite", code=code)["roomId"] == private


def test_an_invitation_ends(ask: Ask, private: str) -> None:
    code = ask(MARA, "createInvite", roomId=private, expiresInSeconds=60)["code"]

    assert ask(SAM, "acceptInvite", code=code, now=NOW + 61_000) == "FORBIDDEN"
    assert ask(SAM, "acceptInvite", code="A" * 22) == "FORBIDDEN"
    assert ask(SAM, "acceptInvite", code="../x") == "INVALID_FRAME"


def test_who_is_banned_cannot_come_back_by_an_invitation_before_the_ban_is_over(
    ask: Ask, private: str
) -> None:
    code = ask(MARA, "createInvite", roomId=private, uses=10)["code"]
    ask(MARA, "banMember", roomId=private, userId=ALEX.user_id, seconds=HOUR)
    ask(MARA, "removeMember", roomId=private, userId=ALEX.user_id)

    assert ask(ALEX, "acceptInvite", code=code) == "BANNED"
    assert ask(OLGA, "inviteMember", roomId=private, userId=ALEX.user_id) == "FORBIDDEN"
    assert ask(ALEX, "acceptInvite", code=code, now=NOW + HOUR * 1000 + 1)["roomId"] == private


def test_a_ban_ends_by_unban(ask: Ask, private: str) -> None:
    ask(MARA, "banMember", roomId=private, userId=ALEX.user_id, seconds=HOUR)
    assert ask(ALEX, "listMembers", roomId=private) == "BANNED"

    assert ask(MARA, "unban", roomId=private, userId=ALEX.user_id) == "ack"
    assert ask(ALEX, "listMembers", roomId=private)["nextCursor"] is None


def test_a_ban_takes_the_connections_out_of_the_room_and_of_no_other(
    ask: Ask, private: str, connections: Connections
) -> None:
    for room in (private, "global"):
        connections.put(connection("alex=", room=room, identity=ALEX))
        connections.put(connection("mara=", room=room, identity=MARA))

    ask(MARA, "banMember", roomId=private, userId=ALEX.user_id, seconds=HOUR)

    heard = {room: connections.members(room, NOW_SECONDS).members for room in (private, "global")}
    assert [each.connection_id for each in heard[private]] == ["mara="]
    assert sorted(each.connection_id for each in heard["global"]) == ["alex=", "mara="]


def test_a_moderator_acts_on_members_and_not_on_owners(ask: Ask, private: str) -> None:
    for action, data in (
        ("muteMember", {"seconds": 60}),
        ("banMember", {"seconds": 60}),
        ("removeMember", {}),
    ):
        assert ask(MARA, action, roomId=private, userId=OLGA.user_id, **data) == "FORBIDDEN"
        assert ask(MARA, action, roomId=private, userId=ALEX.user_id, **data) == "ack"


def test_a_role_is_given_to_members_alone_and_by_owners_alone(ask: Ask, private: str) -> None:
    assert ask(MARA, "setRole", roomId=private, userId=ALEX.user_id, role="moderator") == "FORBIDDEN"
    assert ask(OLGA, "setRole", roomId=private, userId=SAM.user_id, role="moderator") == "FORBIDDEN"
    assert ask(OLGA, "setRole", roomId=private, userId=ALEX.user_id, role="owner") == "ack"
    assert members(ask, private)[ALEX.user_id] == "owner"


def test_a_mute_is_told_with_its_end_and_ends_by_itself(ask: Ask, private: str) -> None:
    ask(MARA, "muteMember", roomId=private, userId=ALEX.user_id, seconds=60)

    (mine,) = ask(ALEX, "myRooms")["memberships"]
    assert mine["mutedUntil"] == NOW + 60_000
    (later,) = ask(ALEX, "myRooms", now=NOW + 60_001)["memberships"]
    assert later["mutedUntil"] is None


def test_the_position_that_was_read_only_moves_on(ask: Ask, private: str) -> None:
    first, second = "1795500000000#a", "1795500000001#b"
    for read in (second, first):
        assert ask(ALEX, "markRead", roomId=private, sortKey=read) == "ack"

    (mine,) = ask(ALEX, "myRooms")["memberships"]
    assert mine["lastRead"] == second


def test_who_never_joined_has_no_position(ask: Ask, stores: Stores) -> None:
    ask(SAM, "markRead", roomId="global", sortKey="1795500000000#a")

    assert stores.memberships.find(SAM.user_id, "global") is None


@pytest.mark.parametrize("seconds", [-1, 10**9, "60", None])
def test_a_length_that_is_none_is_refused(seconds: object, ask: Ask, private: str) -> None:
    asked = {"roomId": private, "userId": ALEX.user_id, "seconds": seconds}

    assert ask(MARA, "muteMember", **asked) == "INVALID_FRAME"


def test_leaving_keeps_a_ban_and_nothing_else(ask: Ask, private: str, stores: Stores) -> None:
    ask(MARA, "banMember", roomId=private, userId=ALEX.user_id, seconds=HOUR)

    assert stores.memberships.leave(ALEX.user_id, private, NOW)
    left = stores.memberships.find(ALEX.user_id, private)
    assert left is not None
    assert (left.role, left.standing(NOW).banned) == ("none", True)
    assert stores.memberships.leave(MARA.user_id, private, NOW)
    assert stores.memberships.find(MARA.user_id, private) is None
