"""What happens in rooms is noted in their logs, once, and with what it tells of or not at all."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.rooms import membership
from services.rooms.making import Stores
from shared.noting import Log, notice_of
from shared.protocol.message import Notice
from shared.protocol.refusals import Unavailable
from shared.protocol.room_frames import OfMember
from shared.stores.messages import Messages, Span
from tests.unit.rooms.conftest import ALEX, MARA, NOW, OLGA, SAM, Ask

Told = tuple[str, str, str | None, str | None]
Noted = Callable[[str], list[Told]]
HOUR = 3_600


@pytest.fixture
def noted(messages: Messages, published: list[Notice]) -> Noted:
    """The notices of a room's log, each of which was published."""

    def noted(room_id: str) -> list[Told]:
        found = messages.of_room(room_id, Span(100)).notices
        told = [each.model_copy(update={"text": None}) for each in published if each.room_id == room_id]
        assert sorted(found, key=str) == sorted(told, key=str)
        return [(each.event, each.user_id, each.about, each.role) for each in found]

    return noted


@pytest.fixture
def clock() -> Iterator[int]:
    """Times, each a second after the one before, so that the log is in the order of what is done."""
    return iter(range(NOW, NOW + 10**6, 1_000))


def test_what_is_done_to_a_private_room_is_in_its_log(ask: Ask, noted: Noted, clock: Iterator[int]) -> None:
    def do(user: Any, action: str, **data: Any) -> Any:
        return ask(user, action, now=next(clock), **data)

    room = do(OLGA, "createRoom", kind="private", title="Plans")["roomId"]
    alex = {"roomId": room, "userId": ALEX.user_id}
    do(OLGA, "inviteMember", **alex)
    code = do(OLGA, "createInvite", roomId=room)["code"]
    do(SAM, "acceptInvite", code=code)
    do(OLGA, "setRole", roomId=room, userId=SAM.user_id, role="moderator")
    do(SAM, "updateRoom", roomId=room, title="Plans", topic="Where to go")
    do(SAM, "updateRoom", roomId=room, title="Trips", topic="Where to go")
    do(SAM, "banMember", **alex, seconds=HOUR)
    do(SAM, "unban", **alex)
    do(SAM, "removeMember", **alex)

    olga, of_alex, sam = OLGA.user_id, ALEX.user_id, SAM.user_id
    assert noted(room) == [
        ("created", olga, None, None),
        ("added", olga, of_alex, None),
        ("joined", sam, sam, None),
        ("roleSet", olga, sam, "moderator"),
        ("topicSet", sam, None, None),
        ("titled", sam, None, None),
        ("banned", sam, of_alex, None),
        ("unbanned", sam, of_alex, None),
        ("removed", sam, of_alex, None),
    ]


def test_what_is_asked_for_again_is_noted_once(ask: Ask, noted: Noted, private: str) -> None:
    mara, alex = ({"roomId": private, "userId": user.user_id} for user in (MARA, ALEX))
    before = Counter(noted(private))
    asked: list[tuple[str, dict[str, Any]]] = [
        ("inviteMember", alex),  # who is a member
        ("setRole", {**mara, "role": "moderator"}),  # who is one
        ("unban", alex),
    ]
    for action, data in asked:
        assert ask(OLGA, action, **data) == "ack"
    assert ask(OLGA, "updateRoom", roomId=private, title="Plans")["title"] == "Plans"
    assert Counter(noted(private)) == before

    for action, more in (("banMember", {"seconds": HOUR}), ("unban", {}), ("removeMember", {})):
        for _ in range(3):
            assert ask(MARA, action, **alex, **more) == "ack"

    done = Counter(event for event, *_ in (Counter(noted(private)) - before).elements())
    assert done == {"banned": 1, "unbanned": 1, "removed": 1}


def test_for_how_long_a_room_keeps_what_is_said_is_noted_when_it_changes(
    ask: Ask, private: str, messages: Messages
) -> None:
    for days in (30, 30, 0):
        ask(OLGA, "updateRoom", roomId=private, title="Plans", retentionDays=days)
    ask(OLGA, "updateRoom", roomId=private, title="Plans")

    found = messages.of_room(private, Span(100)).notices
    assert sorted(each.days for each in found if each.days is not None) == [0, 30]


def test_a_ban_that_is_made_longer_is_longer(ask: Ask, private: str) -> None:
    alex = {"roomId": private, "userId": ALEX.user_id}
    for seconds in (60, HOUR):
        ask(MARA, "banMember", **alex, seconds=seconds)

    assert ask(ALEX, "listMembers", roomId=private, now=NOW + 61_000) == "BANNED"


def test_who_comes_to_a_public_room_is_not_noted(ask: Ask, noted: Noted) -> None:
    room = ask(OLGA, "createRoom", kind="public", roomId="lounge", title="Lounge")["roomId"]
    ask(OLGA, "inviteMember", roomId=room, userId=ALEX.user_id)
    ask(SAM, "acceptInvite", code=ask(OLGA, "createInvite", roomId=room)["code"])

    assert [event for event, *_ in noted(room)] == ["created"]


def test_what_was_refused_is_not_noted(ask: Ask, noted: Noted, private: str) -> None:
    before = noted(private)
    for action, data in (
        ("banMember", {"seconds": HOUR}),
        ("removeMember", {}),
        ("setRole", {"role": "owner"}),
    ):
        assert ask(ALEX, action, roomId=private, userId=OLGA.user_id, **data) == "FORBIDDEN"
    assert ask(OLGA, "setRole", roomId=private, userId=SAM.user_id, role="owner") == "FORBIDDEN"
    assert ask(OLGA, "removeMember", roomId=private, userId=SAM.user_id) == "ack"  # was no member

    assert noted(private) == before


def test_what_is_stored_of_a_notice_has_neither_names_nor_texts_and_who_is_there_gets_these(
    ask: Ask, private: str, messages: Messages, published: list[Notice]
) -> None:
    ask(OLGA, "updateRoom", roomId=private, title="Secret one", topic="secret two")

    assert {each.event: each.text for each in published if each.text} == {
        "titled": "Secret one",
        "topicSet": "secret two",
    }
    for each in messages.of_room(private, Span(100)).notices:
        told = each.model_dump_json().casefold()
        assert "secret" not in told
        assert "olga" not in told.replace(OLGA.user_id, "")


def test_what_cannot_be_published_is_done_and_stored_for_the_sweeper(
    stores: Stores, private: str, messages: Messages
) -> None:
    def fail(_notice: Notice) -> None:
        raise Unavailable("down")

    silent = replace(stores, log=Log(stores.log.notices, fail))
    gone = OfMember(room_id=private, user_id=ALEX.user_id)

    membership.remove(gone, OLGA, stores=silent, evict=lambda *_: None, now=NOW)

    assert stores.memberships.find(ALEX.user_id, private) is None
    assert "removed" in {each.event for each in messages.of_room(private, Span(100)).notices}


def test_two_who_change_a_room_at_once_are_not_both_told_of(stores: Stores, private: str) -> None:
    before = stores.rooms.find(private)
    assert before is not None
    notice = notice_of("titled", private, OLGA, NOW)
    renamed = type(before)(private, "New", before.topic, before.created_by, before.created_at)
    assert stores.rooms.update(before, renamed, also=stores.log.notices.puts(notice))

    assert not stores.rooms.update(before, renamed, also=stores.log.notices.puts(notice))
