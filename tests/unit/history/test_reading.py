from typing import TYPE_CHECKING

import pytest

from services.history.reading import pinned, read, versions_of
from shared.auth.identity import Identity
from shared.protocol.frames import GetMessages, ListPins, ListVersions
from shared.protocol.message import Message
from shared.protocol.refusals import Banned, Forbidden, InvalidFrame
from shared.rights import RoomAction
from shared.rooms import private_room_id
from shared.stores.changes import update_of
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.pins import Pins, pinning
from shared.stores.sends import Sends
from tests.unit.examples import ALICE, BOB, NOW, change_of, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def said(sends: Sends) -> list[Message]:
    """What Alice said in two rooms."""
    messages = [message(1), message(2, room="kitchen")]
    for each in messages:
        sends.put_once(each)
    return messages


def test_a_room_is_read_by_anyone(messages: Messages, memberships: Memberships, said: list[Message]) -> None:
    assert read(GetMessages(), BOB, messages=messages, memberships=memberships, now=NOW).messages == said[:1]


def test_one_reads_ones_own_messages_of_all_rooms(
    messages: Messages, memberships: Memberships, said: list[Message]
) -> None:
    assert (
        read(
            GetMessages(user_id=ALICE.user_id), ALICE, messages=messages, memberships=memberships, now=NOW
        ).messages
        == said
    )


def test_what_one_said_in_a_private_room_is_ones_own_after_one_has_left(
    sends: Sends, messages: Messages, memberships: Memberships
) -> None:
    room = private_room_id(bytes(16))
    memberships.join(Membership(ALICE.user_id, room, "Alice", "member", NOW))
    sends.put_once(message(1, room=room))
    memberships.leave(ALICE.user_id, room, NOW)

    wanted = GetMessages(user_id=ALICE.user_id, after="0000000000000#")
    found = read(wanted, ALICE, messages=messages, memberships=memberships, now=NOW).messages

    assert found == [message(1, room=room)]


def test_nobody_reads_the_messages_of_someone_else_by_user(
    messages: Messages, memberships: Memberships
) -> None:
    with pytest.raises(Forbidden):
        read(GetMessages(user_id=ALICE.user_id), BOB, messages=messages, memberships=memberships, now=NOW)


def test_a_private_room_is_read_by_its_members_alone(
    sends: Sends, messages: Messages, memberships: Memberships
) -> None:
    room = private_room_id(bytes(16))
    memberships.join(Membership(ALICE.user_id, room, "Alice", "member", NOW))
    sends.put_once(message(1, room=room))

    found = read(
        GetMessages(room_id=room), ALICE, messages=messages, memberships=memberships, now=NOW
    ).messages

    assert found == [message(1, room=room)]
    with pytest.raises(Forbidden):
        read(GetMessages(room_id=room), BOB, messages=messages, memberships=memberships, now=NOW)


def test_pinned_messages_are_read_as_they_are_now_page_by_page(
    sends: Sends, messages: Messages, memberships: Memberships, dynamodb: "DynamoDBClient"
) -> None:
    memberships.join(Membership(ALICE.user_id, "global", "Alice", "moderator", NOW))
    said = [message(number, content="\U0001f600" * 4_000) for number in range(5)]
    for number, each in enumerate(said):
        sends.put_once(each)
        pin = change_of(each, "pin", number=10 + number, on=True)
        update = update_of(pin, "messages", author="", edit_window_ms=0)
        sends.put_once(pin, right=RoomAction.PIN, also=[update, *pinning(pin, "rooms")])
    pins = Pins(dynamodb, "rooms")

    found: list[Message] = []
    wanted: ListPins | None = ListPins(room_id="global")
    while wanted:
        page = pinned(wanted, BOB, messages=messages, pins=pins, memberships=memberships, now=NOW)
        found += page.messages
        wanted = ListPins(room_id="global", after=page.next_cursor) if page.next_cursor else None

    assert [each.sort_key for each in found] == [each.sort_key for each in said]
    assert [each.pinned_at for each in found] == [NOW + 10 + number for number in range(5)]
    memberships.ban(BOB.user_id, "global", NOW + 1_000, NOW)
    wanted = ListPins(room_id="global")
    with pytest.raises(Banned):
        pinned(wanted, BOB, messages=messages, pins=pins, memberships=memberships, now=NOW)


def test_earlier_texts_are_read_by_moderators_alone(
    sends: Sends, messages: Messages, memberships: Memberships
) -> None:
    sends.put_once(message(1, content="Helo"))
    edit = change_of(message(1), "edit", content="Hello")
    sends.put_once(edit, also=[update_of(edit, "messages", author=ALICE.user_id, edit_window_ms=60_000)])
    sends.put_once(message(2))

    def read_by(reader: Identity, sort_key: str) -> list[str]:
        wanted = ListVersions(room_id="global", sort_key=sort_key)
        return versions_of(wanted, reader, messages=messages, memberships=memberships, now=NOW)

    with pytest.raises(Forbidden):
        read_by(ALICE, message(1).sort_key)
    memberships.join(Membership(BOB.user_id, "global", "Bob", "moderator", NOW))
    assert read_by(BOB, message(1).sort_key) == ["Helo"]
    assert read_by(BOB, message(2).sort_key) == []
    for nothing in (edit.sort_key, message(3).sort_key):
        with pytest.raises(InvalidFrame):
            read_by(BOB, nothing)


def test_who_is_banned_reads_nothing_until_the_ban_is_over(
    messages: Messages, memberships: Memberships
) -> None:
    memberships.ban(BOB.user_id, "global", NOW + 1_000, NOW)

    with pytest.raises(Banned):
        read(GetMessages(), BOB, messages=messages, memberships=memberships, now=NOW)
    assert (
        read(GetMessages(), BOB, messages=messages, memberships=memberships, now=NOW + 1_000).messages == []
    )
