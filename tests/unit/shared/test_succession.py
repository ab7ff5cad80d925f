"""Who owns a room whose owner goes."""

from typing import TYPE_CHECKING

import pytest

from shared import succession
from shared.noting import Log
from shared.protocol.message import Message, Notice
from shared.protocol.refusals import Unavailable
from shared.rooms import Role
from shared.stores.erasures import Erasures
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.notices import Notices
from shared.stores.users import Users
from shared.succession import Succession
from tests.unit.examples import NOW
from tests.unit.known import make_known

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ROOM = "kitchen"


def join(memberships: Memberships, user_id: str, role: Role, after: int) -> None:
    memberships.join(Membership(user_id, ROOM, user_id, role, NOW + after))


@pytest.fixture
def published() -> list[Message]:
    """What the room was told."""
    return []


@pytest.fixture
def users(dynamodb: "DynamoDBClient") -> Users:
    """The users, all of whom have come."""
    make_known(dynamodb, "olga", "mara", "alex", "sam", "zoe", "bob", "a", "b", "c")
    return Users(dynamodb, "users")


@pytest.fixture
def handing(memberships: Memberships, users: Users, published: list[Message]) -> Succession:
    return Succession(memberships, users, Log(Notices("messages"), published.append))


@pytest.fixture(autouse=True)
def owner(memberships: Memberships) -> None:
    """Olga owns the room."""
    join(memberships, "olga", "owner", 0)


def test_the_longest_standing_moderator_comes_before_older_members(
    handing: Succession, memberships: Memberships
) -> None:
    join(memberships, "alex", "member", 1)
    join(memberships, "sam", "moderator", 3)
    join(memberships, "mara", "moderator", 2)

    assert handing.hand_over(ROOM, "olga", NOW) == "mara"
    assert memberships.standing("mara", ROOM, NOW).role == "owner"


def test_without_moderators_it_is_the_longest_standing_member_that_is_not_banned(
    handing: Succession,
    memberships: Memberships,
) -> None:
    join(memberships, "alex", "member", 1)
    memberships.ban("alex", ROOM, NOW + 60_000, NOW)
    join(memberships, "zoe", "member", 2)
    join(memberships, "bob", "member", 3)

    assert handing.hand_over(ROOM, "olga", NOW) == "zoe"


def test_nobody_inherits_who_is_not_there_or_not_any_more(
    handing: Succession, memberships: Memberships, dynamodb: "DynamoDBClient"
) -> None:
    join(memberships, "mara", "moderator", 1)
    Erasures(dynamodb, "users").begin("mara", None, NOW)
    memberships.join(Membership("nobody", ROOM, "nobody", "moderator", NOW + 2))
    join(memberships, "alex", "member", 3)

    assert handing.hand_over(ROOM, "olga", NOW) == "alex"


def test_a_room_that_has_another_owner_keeps_its_roles(handing: Succession, memberships: Memberships) -> None:
    join(memberships, "mara", "moderator", 1)
    join(memberships, "sam", "owner", 2)

    assert handing.hand_over(ROOM, "olga", NOW) == "sam"
    assert memberships.standing("mara", ROOM, NOW).role == "moderator"


def test_a_room_of_nobody_else_has_no_heir(handing: Succession, memberships: Memberships) -> None:
    memberships.ban("alex", ROOM, NOW + 60_000, NOW)

    assert handing.hand_over(ROOM, "olga", NOW) is None


def test_an_heir_who_leaves_meanwhile_is_passed_over(
    handing: Succession, memberships: Memberships, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(memberships, "mara", "moderator", 1)
    join(memberships, "alex", "member", 2)
    others = handing._others(ROOM, "olga", NOW)
    memberships.leave("mara", ROOM, NOW)
    monkeypatch.setattr(Succession, "_others", lambda *_: others)

    assert handing.hand_over(ROOM, "olga", NOW) == "alex"


def test_no_more_than_so_many_members_are_looked_at(
    handing: Succession, memberships: Memberships, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "PAGE", 1)
    monkeypatch.setattr(succession, "LOOKED_AT_PAGES", 2)
    for number, name in enumerate(("a", "b", "c")):
        join(memberships, name, "member", 10 - number)

    assert handing.hand_over(ROOM, "olga", NOW) == "b"


def test_the_room_is_told_who_owns_it_now(
    handing: Succession, memberships: Memberships, messages: Messages, published: list[Message]
) -> None:
    join(memberships, "mara", "moderator", 1)

    handing.hand_over(ROOM, "olga", NOW)

    (notice,) = published
    assert isinstance(notice, Notice)
    assert (notice.event, notice.user_id, notice.about, notice.role) == ("roleSet", "olga", "mara", "owner")
    assert messages.last_activity(ROOM) == NOW


def test_a_notice_that_is_not_published_ends_nothing(
    memberships: Memberships, users: Users, messages: Messages
) -> None:
    def fail(_entry: Message) -> None:
        raise Unavailable("the topic did not take it")

    join(memberships, "mara", "moderator", 1)

    handing = Succession(memberships, users, Log(Notices("messages"), fail))
    assert handing.hand_over(ROOM, "olga", NOW) == "mara"
    assert messages.last_activity(ROOM) == NOW
