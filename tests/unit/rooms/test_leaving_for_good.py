"""A member who wants to be none any more."""

import pytest

from services.rooms.making import Stores
from shared.auth.identity import Identity
from shared.protocol.message import Notice
from shared.stores.connections import Connections
from shared.succession import Succession
from tests.unit.examples import NOW_SECONDS, connection
from tests.unit.rooms.conftest import ALEX, MARA, NOW, OLGA, SAM, Ask
from tests.unit.rooms.test_membership import HOUR, members


def leave(ask: Ask, user: Identity, room_id: str) -> str:
    answer: str = ask(user, "removeMember", roomId=room_id, userId=user.user_id)
    return answer


def test_who_leaves_for_good_hears_and_reads_nothing_more_of_the_room(
    ask: Ask, private: str, connections: Connections, published: list[Notice]
) -> None:
    for name, user in (("alex=", ALEX), ("mara=", MARA)):
        connections.put(connection(name, room=private, identity=user))

    assert leave(ask, ALEX, private) == "ack"

    heard = connections.members(private, NOW_SECONDS).members
    assert [each.connection_id for each in heard] == ["mara="]
    assert ask(ALEX, "listMembers", roomId=private) == "FORBIDDEN"
    assert members(ask, private) == {OLGA.user_id: "owner", MARA.user_id: "moderator"}
    told = published[-1]
    assert (told.event, told.user_id, told.about) == ("removed", ALEX.user_id, ALEX.user_id)


def test_it_is_answered_alike_when_it_is_said_again_and_told_once(
    ask: Ask, private: str, published: list[Notice]
) -> None:
    leave(ask, ALEX, private)
    told = len(published)

    assert leave(ask, ALEX, private) == "ack"
    assert leave(ask, SAM, private) == "ack"
    assert len(published) == told


def test_a_room_is_left_by_its_owner_to_the_longest_standing_moderator(ask: Ask, private: str) -> None:
    assert leave(ask, OLGA, private) == "ack"

    left = ask(MARA, "listMembers", roomId=private)["memberships"]
    assert {each["userId"]: each["role"] for each in left} == {MARA.user_id: "owner", ALEX.user_id: "member"}


def test_of_two_owners_who_leave_at_the_same_moment_one_hands_it_over(
    ask: Ask, private: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(OLGA, "setRole", roomId=private, userId=MARA.user_id, role="owner")
    hand_over = Succession.hand_over

    def and_mara_leaves(self: Succession, room_id: str, owner_id: str, now: int) -> str | None:
        found = hand_over(self, room_id, owner_id, now)
        monkeypatch.setattr(Succession, "hand_over", hand_over)
        assert leave(ask, MARA, room_id) == "ack"
        return found

    monkeypatch.setattr(Succession, "hand_over", and_mara_leaves)
    answers = [leave(ask, OLGA, private) for _ in range(2)]

    assert answers == ["RATE_LIMITED", "ack"]
    left = ask(ALEX, "listMembers", roomId=private)["memberships"]
    assert [(each["userId"], each["role"]) for each in left] == [(ALEX.user_id, "owner")]


def test_the_last_one_leaves_a_room_that_nobody_is_in(ask: Ask, private: str, stores: Stores) -> None:
    for user in (OLGA, MARA, ALEX):
        assert leave(ask, user, private) == "ack"

    assert stores.memberships.of_room(private, None, 10).memberships == []


@pytest.mark.parametrize("room_kind", ["private", "public"])
def test_nobody_gets_rid_of_a_mute_or_a_ban_by_leaving(
    ask: Ask, private: str, stores: Stores, room_kind: str
) -> None:
    room_id = private
    if room_kind == "public":
        room_id = ask(MARA, "createRoom", kind="public", roomId="kitchen", title="Kitchen")["roomId"]
    ask(MARA, "muteMember", roomId=room_id, userId=ALEX.user_id, seconds=HOUR)
    leave(ask, ALEX, room_id)
    assert stores.memberships.standing(ALEX.user_id, room_id, NOW).muted

    ask(MARA, "banMember", roomId=room_id, userId=ALEX.user_id, seconds=HOUR)
    leave(ask, ALEX, room_id)
    assert stores.memberships.standing(ALEX.user_id, room_id, NOW).banned


def test_a_conversation_of_two_is_not_left(ask: Ask) -> None:
    room_id = ask(ALEX, "startDirect", userId=SAM.user_id)["roomId"]

    assert leave(ask, ALEX, room_id) == "FORBIDDEN"
