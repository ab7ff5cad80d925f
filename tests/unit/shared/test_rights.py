"""Every combination of action, kind of room, actor and target, and the page that shows them."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from shared.protocol.refusals import Banned, Forbidden, Muted
from shared.rights import STRANGER, RoomAction, Standing, decide
from shared.rooms import RANK, Role, RoomKind, direct_room_id, is_room_id, kind_of, private_room_id
from tests.support.rights_table import KINDS, ROLES, STANDINGS, page

PAGE = Path(__file__).resolve().parents[3] / "docs/protocol/rights.md"
SAYING = {RoomAction.WRITE, RoomAction.EDIT, RoomAction.REACT, RoomAction.MENTION_HERE, RoomAction.UPDATE}
CASES = list(product(RoomAction, KINDS, STANDINGS, STANDINGS))
LEAVING = {RoomAction.LEAVE, RoomAction.LEAVE_FOR_GOOD}


def test_who_is_banned_may_leave_and_nothing_else() -> None:
    for action, kind, actor, target in CASES:
        if actor.banned and action not in LEAVING:
            assert isinstance(decide(action, kind, actor, target), Banned)


def test_a_room_that_is_not_public_forbids_strangers_everything() -> None:
    for action, kind, target in product(RoomAction, KINDS, STANDINGS):
        if kind != "public" and action not in LEAVING:
            assert isinstance(decide(action, kind, STRANGER, target), Forbidden)


def test_a_mute_is_about_saying_something_alone() -> None:
    for action, kind, actor, target in CASES:
        unmuted = Standing(actor.role, muted=False, banned=actor.banned)
        if actor.muted and decide(action, kind, unmuted, target) is None:
            told = decide(action, kind, actor, target)
            assert isinstance(told, Muted) if action in SAYING else told is None


def test_a_block_is_about_saying_something_to_the_other_of_two() -> None:
    for action, kind, actor, target in CASES:
        expected = decide(action, kind, actor, target)
        told = decide(action, kind, replace(actor, blocked=True), target)
        is_told = kind == "direct" and action in SAYING and isinstance(expected, Muted | None)
        assert type(told) is (Forbidden if is_told else type(expected))


def test_nobody_acts_on_the_same_role_or_a_higher_one() -> None:
    on_somebody = {
        RoomAction.MUTE,
        RoomAction.BAN,
        RoomAction.REMOVE,
        RoomAction.SET_ROLE,
        RoomAction.DELETE_OTHERS,
    }
    for action, kind, actor, target in CASES:
        if action in on_somebody and RANK[target.role] >= RANK[actor.role]:
            assert decide(action, kind, actor, target) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_a_higher_role_may_do_all_that_a_lower_one_may(kind: RoomKind) -> None:
    for action, lower, higher, target in product(RoomAction, ROLES, ROLES, STANDINGS):
        if RANK[lower] <= RANK[higher] and decide(action, kind, Standing(lower), target) is None:
            assert decide(action, kind, Standing(higher), target) is None


@pytest.mark.parametrize("role", ROLES)
def test_in_a_direct_conversation_there_is_nothing_to_moderate(role: Role) -> None:
    for action in (RoomAction.INVITE, RoomAction.UPDATE, RoomAction.BAN, RoomAction.SET_ROLE):
        assert isinstance(decide(action, "direct", Standing(role)), Forbidden)


def test_the_page_shows_what_is_decided() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_an_id_says_the_kind_and_a_public_name_cannot_say_another() -> None:
    private, direct = private_room_id(bytes(16)), direct_room_id("alice", "bob")

    assert [kind_of(room) for room in ("global", private, direct)] == ["public", "private", "direct"]
    assert all(map(is_room_id, ("global", private, direct)))
    assert not any(map(is_room_id, ("~", "~p", "~pxyz", f"{private}0", "~x" + "0" * 32, "", "a b", "a" * 65)))


def test_a_direct_room_is_the_same_whoever_starts_it() -> None:
    assert direct_room_id("alice", "bob") == direct_room_id("bob", "alice")
    assert direct_room_id("alice", "bob") != direct_room_id("alice", "bobby")
    assert direct_room_id("a\nb", "c") != direct_room_id("a", "b\nc")
