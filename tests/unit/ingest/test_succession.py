"""Who owns a room whose owner goes."""

import pytest

from services.ingest import succession
from services.ingest.succession import hand_over
from shared.rooms import Role
from shared.stores.memberships import Membership, Memberships
from tests.unit.examples import NOW

ROOM = "kitchen"


def join(memberships: Memberships, user_id: str, role: Role, after: int) -> None:
    memberships.join(Membership(user_id, ROOM, user_id, role, NOW + after))


@pytest.fixture(autouse=True)
def owner(memberships: Memberships) -> None:
    """Olga owns the room."""
    join(memberships, "olga", "owner", 0)


def test_the_longest_standing_moderator_comes_before_older_members(memberships: Memberships) -> None:
    join(memberships, "alex", "member", 1)
    join(memberships, "sam", "moderator", 3)
    join(memberships, "mara", "moderator", 2)

    assert hand_over(ROOM, "olga", memberships, NOW) == "mara"
    assert memberships.standing("mara", ROOM, NOW).role == "owner"


def test_without_moderators_it_is_the_longest_standing_member_that_is_not_banned(
    memberships: Memberships,
) -> None:
    join(memberships, "alex", "member", 1)
    memberships.ban("alex", ROOM, NOW + 60_000, NOW)
    join(memberships, "zoe", "member", 2)
    join(memberships, "bob", "member", 3)

    assert hand_over(ROOM, "olga", memberships, NOW) == "zoe"


def test_a_room_that_has_another_owner_keeps_its_roles(memberships: Memberships) -> None:
    join(memberships, "mara", "moderator", 1)
    join(memberships, "sam", "owner", 2)

    assert hand_over(ROOM, "olga", memberships, NOW) is None
    assert memberships.standing("mara", ROOM, NOW).role == "moderator"


def test_a_room_of_nobody_else_has_no_heir(memberships: Memberships) -> None:
    memberships.ban("alex", ROOM, NOW + 60_000, NOW)

    assert hand_over(ROOM, "olga", memberships, NOW) is None


def test_an_heir_who_leaves_meanwhile_is_passed_over(
    memberships: Memberships, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(memberships, "mara", "moderator", 1)
    join(memberships, "alex", "member", 2)
    others = succession._others(ROOM, "olga", memberships, NOW)
    memberships.leave("mara", ROOM, NOW)
    monkeypatch.setattr(succession, "_others", lambda *_: others)

    assert hand_over(ROOM, "olga", memberships, NOW) == "alex"


def test_no_more_than_so_many_members_are_looked_at(
    memberships: Memberships, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "PAGE", 1)
    monkeypatch.setattr(succession, "LOOKED_AT_PAGES", 2)
    for number, name in enumerate(("a", "b", "c")):
        join(memberships, name, "member", 10 - number)

    assert hand_over(ROOM, "olga", memberships, NOW) == "b"
