"""The transaction that stores a message decides whether its author may write."""

from itertools import product

import pytest

from shared.protocol.refusals import Banned, Forbidden, Muted, Refusal
from shared.rights import RoomAction, Standing, decide
from shared.rooms import Role, kind_of, private_room_id
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages, Span
from shared.stores.sends import Sends
from tests.unit.examples import ALICE, NOW, identifier, message

PRIVATE = private_room_id(bytes(16))
ROOMS = ["global", PRIVATE]
ROLES: list[Role] = ["none", "member", "moderator", "owner"]
CASES = list(product(ROOMS, ROLES, (False, True), (False, True), (False, True)))


def put_standing(memberships: Memberships, room: str, standing: Standing) -> None:
    if standing.role != "none":
        memberships.join(Membership(ALICE.user_id, room, "Alice", standing.role, NOW))
    if standing.muted:
        memberships.mute(ALICE.user_id, room, NOW + 60_000, NOW)
    if standing.banned:
        memberships.ban(ALICE.user_id, room, NOW + 60_000, NOW)


@pytest.mark.parametrize("right", [RoomAction.WRITE, RoomAction.MENTION_HERE])
@pytest.mark.parametrize(("room", "role", "muted", "banned", "repeatable"), CASES)
def test_it_decides_as_the_table_of_rights_does(
    *,
    room: str,
    role: Role,
    muted: bool,
    banned: bool,
    repeatable: bool,
    right: RoomAction,
    sends: Sends,
    messages: Messages,
    memberships: Memberships,
) -> None:
    standing = Standing(role, muted=muted, banned=banned)
    put_standing(memberships, room, standing)
    client_id = str(identifier(9)) if repeatable else None
    wanted = message(1, room=room).model_copy(update={"client_message_id": client_id})
    expected = decide(right, kind_of(room), standing)

    try:
        sends.put_once(wanted, right=right)
        refused: Refusal | None = None
    except Refusal as refusal:
        refused = refusal

    assert type(refused) is type(expected)
    assert messages.of_room(room, Span(10)).messages == ([] if expected else [wanted])


@pytest.mark.parametrize("room", ROOMS)
def test_a_mute_and_a_ban_end_by_themselves(
    room: str, sends: Sends, memberships: Memberships, messages: Messages
) -> None:
    memberships.join(Membership(ALICE.user_id, room, "Alice", "member", NOW))
    memberships.mute(ALICE.user_id, room, NOW + 1, NOW)
    memberships.ban(ALICE.user_id, room, NOW + 1, NOW)

    assert sends.put_once(message(1, room=room)) is None
    assert len(messages.of_room(room, Span(10)).messages) == 1


def test_a_right_that_was_taken_away_is_gone_at_the_next_frame(
    sends: Sends, memberships: Memberships
) -> None:
    memberships.join(Membership(ALICE.user_id, PRIVATE, "Alice", "member", NOW))
    assert sends.put_once(message(1, room=PRIVATE)) is None

    memberships.leave(ALICE.user_id, PRIVATE, NOW)
    with pytest.raises(Forbidden):
        sends.put_once(message(2, room=PRIVATE))
    memberships.ban(ALICE.user_id, "global", NOW + 60_000, NOW)
    with pytest.raises(Banned):
        sends.put_once(message(3))


def test_what_was_stored_before_a_mute_is_still_answered(sends: Sends, memberships: Memberships) -> None:
    mine = message(1).model_copy(update={"client_message_id": str(identifier(7))})
    sends.put_once(mine)
    memberships.mute(ALICE.user_id, "global", NOW + 60_000, NOW)

    assert sends.put_once(mine) is not None
    with pytest.raises(Muted):
        sends.put_once(message(2).model_copy(update={"client_message_id": str(identifier(8))}))
