"""Who is blocked: what they may not do to whom blocks them, and that nothing else changes for them."""

import pytest

from services.rooms import blocking
from services.rooms.making import Stores
from shared.auth.identity import Identity
from shared.protocol.refusals import Forbidden, RateLimited
from shared.rights import RoomAction
from shared.rooms import direct_room_id
from shared.stores import blocks
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.rooms import Room
from shared.stores.sends import Sends
from tests.unit.examples import connection, message
from tests.unit.rooms.conftest import ALEX, ASKING, MARA, NOW, OLGA, SAM, Ask

TOLD = {"type": "block", "data": {"userId": SAM.user_id, "blocked": True}}


def blocked_by(ask: Ask, user: Identity = OLGA) -> list[str]:
    return [row["userId"] for row in ask(user, "listBlocked")["blocked"]]


def says(sends: Sends, user: Identity, room: str, number: int, right: RoomAction = RoomAction.WRITE) -> str:
    said = message(number, room=room).model_copy(update={"user_id": user.user_id})
    try:
        sends.put_once(said, right=right)
    except Forbidden as refusal:
        return refusal.code.value
    return "said"


def test_whom_one_blocks_is_kept_and_may_be_asked_for_and_taken_back(ask: Ask) -> None:
    for user in (SAM, ALEX, SAM):
        assert ask(OLGA, "blockUser", userId=user.user_id) == "ack"

    assert blocked_by(ask) == [ALEX.user_id, SAM.user_id]
    assert blocked_by(ask, SAM) == []
    for _ in range(2):
        assert ask(OLGA, "unblockUser", userId=SAM.user_id) == "ack"
    assert blocked_by(ask) == [ALEX.user_id]


@pytest.mark.parametrize("nobody", [OLGA.user_id, "nobody", "\u202e", ""])
def test_nobody_blocks_themselves_or_nobody(ask: Ask, nobody: str) -> None:
    assert ask(OLGA, "blockUser", userId=nobody) == "INVALID_FRAME"
    assert blocked_by(ask) == []


@pytest.mark.parametrize("blocks_first", [True, False])
def test_who_is_blocked_may_not_write_to_who_blocks_them(
    ask: Ask, sends: Sends, *, blocks_first: bool
) -> None:
    if blocks_first:
        ask(OLGA, "blockUser", userId=SAM.user_id)
        assert ask(SAM, "startDirect", userId=OLGA.user_id) == "FORBIDDEN"
        assert ask(OLGA, "startDirect", userId=SAM.user_id) == "FORBIDDEN"
        assert ask(OLGA, "unblockUser", userId=SAM.user_id) == "ack"
    room = ask(SAM, "startDirect", userId=OLGA.user_id)["roomId"]
    assert says(sends, SAM, room, 1) == "said"

    ask(OLGA, "blockUser", userId=SAM.user_id)

    for number, right in enumerate((RoomAction.WRITE, RoomAction.EDIT, RoomAction.REACT), 2):
        assert says(sends, SAM, room, number, right) == "FORBIDDEN"
    assert says(sends, SAM, room, 9, RoomAction.DELETE_OWN) == "said"
    assert says(sends, SAM, "global", 5) == "said"
    ask(OLGA, "unblockUser", userId=SAM.user_id)
    assert says(sends, SAM, room, 6) == "said"


def test_two_who_block_each_other_are_let_go_one_by_one(ask: Ask, sends: Sends) -> None:
    room = ask(SAM, "startDirect", userId=OLGA.user_id)["roomId"]
    for one, other in ((OLGA, SAM), (SAM, OLGA)):
        ask(one, "blockUser", userId=other.user_id)

    ask(OLGA, "unblockUser", userId=SAM.user_id)

    assert (says(sends, SAM, room, 1), says(sends, OLGA, room, 2)) == ("said", "FORBIDDEN")


def test_who_is_blocked_invites_others_but_not_who_blocks_them(ask: Ask, private: str) -> None:
    ask(SAM, "blockUser", userId=OLGA.user_id)

    assert ask(OLGA, "inviteMember", roomId=private, userId=SAM.user_id) == "FORBIDDEN"
    assert ask(MARA, "inviteMember", roomId=private, userId=SAM.user_id) == "ack"


def test_a_block_takes_nothing_from_who_moderates(ask: Ask, private: str) -> None:
    ask(ALEX, "blockUser", userId=MARA.user_id)

    member = {"roomId": private, "userId": ALEX.user_id}
    assert ask(MARA, "muteMember", seconds=60, **member) == "ack"
    assert ask(MARA, "removeMember", **member) == "ack"


def test_other_devices_are_told_and_who_is_blocked_is_not(
    ask: Ask, connections: Connections, told: list[tuple[str, object]]
) -> None:
    for name, user in ((ASKING, OLGA), ("phone=", OLGA), ("sam=", SAM)):
        connections.put(connection(name, identity=user))

    for _ in range(2):
        ask(OLGA, "blockUser", userId=SAM.user_id)

    assert told == [("phone=", TOLD)]


def test_a_conversation_does_not_begin_while_one_is_blocked(ask: Ask, stores: Stores) -> None:
    """The transaction that makes it decides, however late the block comes."""
    ask(OLGA, "blockUser", userId=SAM.user_id)
    room = Room(direct_room_id(OLGA.user_id, SAM.user_id), "", "", SAM.user_id, NOW, other=OLGA.user_id)
    free = stores.blocks.absent(SAM.user_id, OLGA.user_id), stores.blocks.absent(OLGA.user_id, SAM.user_id)

    with pytest.raises(RateLimited):
        stores.rooms.create(room, also=free)

    assert stores.rooms.find(room.room_id) is None


def test_one_blocks_so_many_and_no_more(ask: Ask, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "BLOCKED_LIMIT", 5)
    monkeypatch.setattr(blocking, "BLOCKED_PAGE", 2)
    ids = [f"id-{number}" for number in range(5)]
    for user_id in ids:
        stores.blocks.put(OLGA.user_id, user_id, NOW)

    assert ask(OLGA, "blockUser", userId=SAM.user_id) == "FORBIDDEN"
    page = ask(OLGA, "listBlocked")
    found = page["blocked"]
    while page["nextCursor"]:
        page = ask(OLGA, "listBlocked", cursor=page["nextCursor"])
        found += page["blocked"]
    assert [row["userId"] for row in found] == ids


def test_a_conversation_that_comes_and_goes_meanwhile_is_asked_for_again(
    stores: Stores, memberships: Memberships, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "transacted", lambda *_, **__: False)

    with pytest.raises(RateLimited):
        stores.blocks.put(OLGA.user_id, SAM.user_id, NOW)
    assert memberships.find(SAM.user_id, direct_room_id(OLGA.user_id, SAM.user_id)) is None
