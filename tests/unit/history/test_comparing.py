from collections.abc import Iterator, Mapping

from services.history.comparing import READ_LIMIT_PAGES, SETTLED_AFTER_MS, Comparison, compare
from services.history.minutes import ClosedMinutes
from shared.protocol.digest import MINUTE_MS, Digest
from shared.rooms import private_room_id
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages, Places
from shared.stores.sends import Sends
from tests.unit.examples import ALICE, NOW, message

BEGIN = NOW // MINUTE_MS * MINUTE_MS
END = BEGIN + 4 * MINUTE_MS
LATER = END + SETTLED_AFTER_MS
NOTHING = Digest(begin=BEGIN, until=END, count=0, xor="0" * 16)


def compared(known: Mapping[str, Digest], minutes: ClosedMinutes, now: int) -> Comparison:
    return compare(known, minutes=minutes, may_read=lambda _room_id: True, now=now)


def digest_of(*numbers: int) -> Digest:
    xor = 0
    for number in numbers:
        xor ^= int(message(number).message_id.replace("-", "")[-16:], 16)
    return Digest(begin=BEGIN, until=END, count=len(numbers), xor=f"{xor:016x}")


def test_a_client_that_has_all_is_told_so(sends: Sends, messages: Messages) -> None:
    for number in (1, 2):
        sends.put_once(message(number))

    found = compared({"global": digest_of(1, 2)}, ClosedMinutes(messages.places), LATER)

    assert (found.differs, found.unsettled) == ([], [])


def test_rooms_in_which_a_client_lacks_something_or_has_too_much_differ(
    sends: Sends, messages: Messages
) -> None:
    for number in (1, 2):
        sends.put_once(message(number))
    known = {"global": digest_of(1), "kitchen": digest_of(3), "empty": NOTHING}

    assert compared(known, ClosedMinutes(messages.places), LATER).differs == [
        "global",
        "kitchen",
    ]


def test_what_was_said_outside_the_span_does_not_count(sends: Sends, messages: Messages) -> None:
    for at in (BEGIN - 1, END):
        sends.put_once(message(1, at=at - 1))

    assert compared({"global": NOTHING}, ClosedMinutes(messages.places), LATER).differs == []


def test_what_may_still_be_under_way_is_not_judged_and_not_read(messages: Messages) -> None:
    minutes = ClosedMinutes(messages.places)

    assert compared({"global": NOTHING}, minutes, LATER - 1).unsettled == ["global"]
    assert len(minutes) == 0


def test_a_ping_reads_a_bounded_number_of_pages_and_the_next_goes_on() -> None:
    pages = 0

    def one_page_a_room(_room: str, _begin: int, _end: int) -> Iterator[Places]:
        nonlocal pages
        pages += 1
        yield Places([], frozenset(), more=False)

    rooms = {f"room-{number}": NOTHING for number in range(READ_LIMIT_PAGES + 5)}
    minutes = ClosedMinutes(one_page_a_room)

    first = compared(rooms, minutes, LATER)
    assert (len(first.unsettled), first.differs, pages) == (5, [], READ_LIMIT_PAGES)
    assert compared(rooms, minutes, LATER).unsettled == []


def test_a_stranger_is_told_nothing_of_a_private_room(
    sends: Sends, messages: Messages, memberships: Memberships
) -> None:
    room = private_room_id(bytes(16))
    memberships.join(Membership(ALICE.user_id, room, "Alice", "member", NOW))
    sends.put_once(message(1, room=room))
    known, minutes = {room: NOTHING}, ClosedMinutes(messages.places)

    as_stranger = compare(known, minutes=minutes, may_read=lambda _room: False, now=LATER)
    as_member = compared(known, minutes, LATER)

    assert (as_stranger.differs, as_stranger.unsettled) == ([], [room])
    assert as_member.differs == [room]
