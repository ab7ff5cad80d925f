"""Favourites and what is marked unread are the account's: kept, told to its devices, ended by reading."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.rooms.making import Stores
from services.rooms.membership import KEPT_ROOMS
from shared.auth.identity import Identity
from shared.protocol.message import sort_key
from shared.stores.connections import Connections
from shared.stores.membership_rows import Membership
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import connection
from tests.unit.rooms.conftest import ALEX, NOW, SAM, Ask

Choices = Mapping[str, bool]
CHOICES = ("favourite", "markedUnread")
NUMBERS = count()  # of users: each example has one of its own


def kept(ask: Ask, user: Identity = SAM) -> dict[str, Choices]:
    """What a user has chosen for which rooms, as they are told."""
    rows = ask(user, "myRooms")["memberships"]
    assert all(type(row[name]) is bool for row in rows for name in CHOICES), "a number is none"
    return {row["roomId"]: {name: row[name] for name in CHOICES} for row in rows}


STEPS = st.one_of(
    st.fixed_dictionaries({}, optional={"favourite": st.booleans(), "markedUnread": st.booleans()}).filter(
        bool
    ),
    st.integers(0, 3),
)


@given(steps=st.lists(STEPS, max_size=8), is_member=st.booleans())
@settings(max_examples=of_fifty(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_choice_holds_and_reading_on_ends_that_a_room_is_marked(
    ask: Ask, stores: Stores, steps: Sequence[Choices | int], *, is_member: bool
) -> None:
    user = Identity(f"id-{next(NUMBERS)}", "Sam")
    if is_member:
        stores.memberships.join(Membership(user.user_id, "porch", "Sam", "member", NOW))
    has_row, read, chosen = is_member, -1, {"favourite": False, "markedUnread": False}

    for step in steps:
        if isinstance(step, int):
            assert ask(user, "markRead", roomId="porch", sortKey=sort_key(step, "")) == "ack"
            if has_row and step > read:
                read, chosen["markedUnread"] = step, False
        else:
            assert ask(user, "setChoices", roomId="porch", **step) == "ack"
            has_row = has_row or any(step.values())
            chosen |= step if has_row else {}

    assert kept(ask, user) == ({"porch": chosen} if has_row else {})


def test_in_a_public_room_it_takes_no_membership_and_makes_none(ask: Ask) -> None:
    ask(SAM, "setChoices", roomId="global", favourite=True)

    assert ask(SAM, "listMembers", roomId="global")["memberships"] == []
    assert kept(ask) == {"global": {"favourite": True, "markedUnread": False}}


def test_others_are_not_told_what_one_has_chosen(ask: Ask, private: str) -> None:
    ask(ALEX, "setChoices", roomId=private, favourite=True)

    rows = ask(ALEX, "listMembers", roomId=private)["memberships"]
    assert not [row for row in rows if set(CHOICES) & row.keys()]


def test_a_room_that_one_may_not_read_is_nobodys_favourite(ask: Ask, private: str) -> None:
    assert ask(SAM, "setChoices", roomId=private, favourite=True) == "FORBIDDEN"
    assert kept(ask) == {}


@pytest.mark.parametrize("data", [{}, {"favourite": None}, {"favourite": "yes"}, {"markedUnread": 1}])
def test_what_chooses_nothing_is_refused(ask: Ask, data: dict[str, Any]) -> None:
    assert ask(SAM, "setChoices", roomId="global", **data) == "INVALID_FRAME"


def test_they_are_kept_of_so_many_rooms(ask: Ask, stores: Stores) -> None:
    for number in range(KEPT_ROOMS):
        stores.memberships.join(Membership(SAM.user_id, f"room-{number}", "Sam", "member", NOW))

    assert ask(SAM, "setChoices", roomId="one-more", favourite=True) == "FORBIDDEN"
    assert ask(SAM, "setChoices", roomId="one-more", favourite=False) == "ack"
    assert ask(SAM, "setChoices", roomId="room-0", favourite=True) == "ack"


def test_the_other_devices_are_told(ask: Ask, connections: Connections, told: list[tuple[str, Any]]) -> None:
    connections.put(connection("phone=", identity=SAM))

    ask(SAM, "setChoices", roomId="global", markedUnread=True)

    assert told == [("phone=", {"type": "membership", "data": {"roomId": "global"}})]
