"""Who is what in a room, and what follows from it."""

from dataclasses import replace
from typing import Any

import pytest

from services.rooms.leaving import Leaving
from services.rooms.making import Stores
from shared.auth.identity import Identity
from shared.rights import Standing
from shared.stores.connections import Connections
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from tests.unit.examples import NOW_SECONDS, connection, identifier
from tests.unit.rooms.conftest import ALEX, MARA, NOW, OLGA, SAM, Ask

HOUR = 3_600
ZOE = Identity("id-zoe", "Zoe")


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


@pytest.mark.parametrize("action", ["inviteMember", "startDirect"])
def test_nobody_is_let_in_or_talked_to_who_is_not_there_or_not_any_more(
    action: str, ask: Ask, private: str, leaving: Leaving
) -> None:
    leaving.erasures.begin(SAM.user_id, None, NOW)
    room = {"roomId": private} if action == "inviteMember" else {}

    assert ask(OLGA, action, **room, userId="nobody") == "INVALID_FRAME"
    assert ask(OLGA, action, **room, userId=SAM.user_id) == "INVALID_FRAME"
    assert members(ask, private).keys() == {OLGA.user_id, MARA.user_id, ALEX.user_id}
    assert ask(SAM, "myRooms")["memberships"] == []


def test_a_conversation_with_somebody_who_is_gone_is_still_to_be_read(ask: Ask, leaving: Leaving) -> None:
    begun = ask(OLGA, "startDirect", userId=SAM.user_id)
    leaving.erasures.begin(SAM.user_id, None, NOW)

    assert ask(OLGA, "startDirect", userId=SAM.user_id) == begun


def test_an_invitation_works_as_often_as_it_says_and_once_a_user(ask: Ask, private: str) -> None:
    code = ask(MARA, "createInvite", roomId=private, uses=1)["code"]

    assert ask(SAM, "acceptInvite", code=code)["roomId"] == private
    assert ask(ZOE, "acceptInvite", code=code) == "FORBIDDEN"
    assert members(ask, private)[SAM.user_id] == "member"


def test_a_member_who_accepts_again_uses_nothing_up(ask: Ask, private: str) -> None:
    code = ask(MARA, "createInvite", roomId=private, uses=1)["code"]

    assert ask(ALEX, "acceptInvite", code=code)["roomId"] == private
    assert ask(SAM, "acceptInvite", code=code)["roomId"] == private


def test_who_is_not_answered_and_accepts_the_last_use_again_is_a_member(ask: Ask, private: str) -> None:
    code = ask(OLGA, "createInvite", roomId=private, uses=1)["code"]
    accepted = ask(SAM, "acceptInvite", code=code)

    assert ask(SAM, "acceptInvite", code=code) == accepted
    assert ask(ZOE, "acceptInvite", code=code) == "FORBIDDEN"
    ask(OLGA, "removeMember", roomId=private, userId=SAM.user_id)
    assert ask(SAM, "acceptInvite", code=code) == "FORBIDDEN"


def test_who_accepts_on_two_devices_at_once_uses_an_invitation_once(
    ask: Ask, private: str, stores: Stores
) -> None:
    code = ask(OLGA, "createInvite", roomId=private, uses=2)["code"]
    invite = stores.rooms.find_invite(code)
    assert invite
    joining = Membership(SAM.user_id, private, SAM.username, "member", NOW)

    assert [stores.rooms.accept(invite, joining, NOW_SECONDS) for _ in range(2)] == [True, False]
    assert stores.rooms.accept(replace(invite, code="A" * 22), joining, NOW_SECONDS) is False  # used up
    assert ask(ZOE, "acceptInvite", code=code)["roomId"] == private


def test_an_invitation_asked_for_again_is_the_same_and_gives_no_use_back(ask: Ask, private: str) -> None:
    def made(user: Identity, number: int = 1) -> Any:
        named = str(identifier(number))
        return ask(user, "createInvite", roomId=private, uses=1, clientInviteId=named)

    code = made(MARA)["code"]
    assert ask(SAM, "acceptInvite", code=code)["roomId"] == private
    again = made(MARA)

    assert (again["code"], again["uses"]) == (code, 0)
    assert ask(ZOE, "acceptInvite", code=code) == "FORBIDDEN"
    assert len({code, made(OLGA)["code"], made(MARA, 2)["code"]}) == 3


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


def test_an_invitation_ends_with_the_right_of_who_made_it(ask: Ask, private: str) -> None:
    codes = [ask(MARA, "createInvite", roomId=private, uses=10)["code"] for _ in range(3)]
    ask(OLGA, "setRole", roomId=private, userId=MARA.user_id, role="member")
    assert ask(SAM, "acceptInvite", code=codes[0]) == "FORBIDDEN"

    ask(OLGA, "removeMember", roomId=private, userId=MARA.user_id)
    assert ask(MARA, "acceptInvite", code=codes[1]) == "FORBIDDEN"  # nor by her own
    assert ask(SAM, "acceptInvite", code=codes[2]) == "FORBIDDEN"

    ask(OLGA, "inviteMember", roomId=private, userId=MARA.user_id)
    ask(OLGA, "setRole", roomId=private, userId=MARA.user_id, role="moderator")
    assert ask(SAM, "acceptInvite", code=codes[0])["roomId"] == private


def test_a_ban_that_comes_while_one_is_removed_is_not_lost(stores: Stores, ask: Ask, private: str) -> None:
    class Overtaken(Memberships):
        """Bans whoever was just looked at."""

        def find(self, user_id: str, room_id: str) -> Membership | None:
            found = stores.memberships.find(user_id, room_id)
            stores.memberships.ban(user_id, room_id, NOW + HOUR * 1_000, NOW)
            return found

    overtaken = Overtaken(stores.memberships._client, "memberships")

    assert overtaken.leave(ALEX.user_id, private, NOW)
    left = stores.memberships.find(ALEX.user_id, private)
    assert left
    assert left.standing(NOW) == Standing("none", banned=True)


def test_how_far_others_have_read_is_not_told(ask: Ask, private: str) -> None:
    ask(ALEX, "markRead", roomId=private, sortKey="1795500000000#a")
    ask(ALEX, "setNotify", roomId=private, notify="none")

    told = {row["userId"]: row for row in ask(MARA, "listMembers", roomId=private)["memberships"]}
    assert (told[ALEX.user_id]["lastRead"], told[ALEX.user_id]["notify"]) == (None, "all")
    (own,) = ask(ALEX, "myRooms")["memberships"]
    assert (own["lastRead"], own["notify"]) == ("1795500000000#a", "none")


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
