from collections.abc import Iterator
from functools import reduce
from itertools import pairwise
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.history.minutes import ClosedMinutes, Said
from shared.protocol.digest import MINUTE_MS
from shared.protocol.message import sort_key
from shared.stores.messages import Places
from shared.uuid7 import uuid7
from tests.unit.examples import NOW

START = NOW // MINUTE_MS * MINUTE_MS
MINUTES = 6
PAGE = 3
PLENTY = 1_000

Offsets = st.lists(st.integers(0, MINUTES * MINUTE_MS - 1), max_size=30)
Spans = st.lists(st.tuples(st.integers(0, MINUTES - 1), st.integers(1, MINUTES)), min_size=1, max_size=6).map(
    lambda spans: [(min(a, b - 1), max(a + 1, b)) for a, b in spans]
)


class Room:
    """The log of one room, which notes which minutes are read, and how often."""

    def __init__(self, offsets: list[int]) -> None:
        times = sorted(START + offset for offset in offsets)
        ids = [str(uuid7(at, (number * 7919 + 1).to_bytes(10, "big"))) for number, at in enumerate(times)]
        self.sort_keys = [sort_key(at, each) for at, each in zip(times, ids, strict=True)]
        # Every third entry is a change.
        self.of_changes = frozenset(self.sort_keys[::3])
        self.read: list[int] = []
        self.pages = 0

    def places(self, _room_id: str, begin: int, end: int) -> Iterator[Places]:
        self.read += range(begin, end, MINUTE_MS)
        held = [key for key in self.sort_keys if sort_key(begin, "") <= key < sort_key(end, "")]
        for first in range(0, max(1, len(held)), PAGE):
            self.pages += 1
            yield Places(held[first : first + PAGE], self.of_changes, more=first + PAGE < len(held))

    def said(self, begin: int, end: int) -> Said:
        """What is right, from the definition in the protocol."""
        within = {key for key in self.sort_keys if begin <= int(key[:13]) < end}
        messages, changes = within - self.of_changes, within & self.of_changes
        return Said(len(messages), xor_of(messages), len(changes), xor_of(changes))


def xor_of(sort_keys: set[str]) -> int:
    return reduce(xor, (int(key.replace("-", "")[-16:], 16) for key in sort_keys), 0)


def minute(number: int) -> int:
    return START + number * MINUTE_MS


@given(Offsets, Spans)
def test_a_sum_is_what_the_log_holds_and_no_minute_is_read_twice(
    offsets: list[int], spans: list[tuple[int, int]]
) -> None:
    room = Room(offsets)
    minutes = ClosedMinutes(room.places)

    for first, last in spans:
        said, _ = minutes.sum("room", minute(first), minute(last), PLENTY)
        assert said == room.said(minute(first), minute(last))

    assert len(room.read) == len(set(room.read))
    assert set(room.read) == {minute(each) for first, last in spans for each in range(first, last)}


@given(Offsets, Offsets)
def test_two_sets_of_entries_have_the_same_sum_only_if_they_are_the_same(
    some: list[int], others: list[int]
) -> None:
    room = Room(some + others)
    have = set(room.sort_keys[: len(some)])
    everything = room.said(minute(0), minute(MINUTES))

    assert ((len(have), xor_of(have)) == everything.with_changes) == (have == set(room.sort_keys))


@given(Offsets, st.integers(0, 4))
def test_asking_again_gets_further_when_pages_run_out(offsets: list[int], limit: int) -> None:
    room = Room(offsets)
    minutes = ClosedMinutes(room.places)

    said, pages = minutes.sum("room", minute(0), minute(MINUTES), limit)
    assert pages == room.pages <= limit
    if said is None:
        said, _ = minutes.sum("room", minute(0), minute(MINUTES), PLENTY)
    assert said == room.said(minute(0), minute(MINUTES))


@given(Offsets, st.integers(1, 4), Spans)
def test_memory_is_bounded_and_what_is_forgotten_is_read_again(
    offsets: list[int], limit: int, spans: list[tuple[int, int]]
) -> None:
    room = Room(offsets)
    minutes = ClosedMinutes(room.places, limit=limit)

    for first, last in spans:
        said, _ = minutes.sum("room", minute(first), minute(last), PLENTY)
        assert said == room.said(minute(first), minute(last))
        assert len(minutes) <= limit


def test_rooms_are_kept_apart() -> None:
    rooms = {"a": Room([1, 2]), "b": Room([3])}
    minutes = ClosedMinutes(lambda room_id, begin, end: rooms[room_id].places(room_id, begin, end))

    sums = [minutes.sum(each, minute(0), minute(1), PLENTY)[0] for each in ("a", "b", "a")]

    assert sums == [room.said(minute(0), minute(1)) for room in (rooms["a"], rooms["b"], rooms["a"])]


@pytest.mark.parametrize("clients", [1, 50])
def test_an_idle_hour_reads_each_minute_once_for_all_its_clients(clients: int) -> None:
    room = Room([])
    minutes = ClosedMinutes(room.places)
    every_five_minutes = [(START + at * 5 * MINUTE_MS, START + (at + 1) * 5 * MINUTE_MS) for at in range(12)]

    for begin, end in every_five_minutes:
        for _ in range(clients):
            minutes.sum("room", begin, end, PLENTY)

    assert room.pages == 12  # half a read unit each: 6 an hour and room
    assert all(later - earlier == MINUTE_MS for earlier, later in pairwise(room.read))
