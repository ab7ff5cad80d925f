"""What closed minutes of rooms hold, each read once: they change only by retention, a day later at least."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice

from shared.protocol.digest import MINUTE_MS
from shared.stores.messages import Places

# A kept minute is some 350 bytes: 7 MB, of which 300 rooms have an hour each.
MINUTES_LIMIT = 20_000

ReadPlaces = Callable[[str, int, int], Iterable[Places]]
"""From a room, a beginning and an end, epoch ms, to pages of the sort keys between them, in order."""


@dataclass(frozen=True, slots=True)
class Said:
    """How many messages and how many changes, and the XOR of the random ends of their ids."""

    count: int = 0
    xor: int = 0
    changes: int = 0
    changes_xor: int = 0

    @property
    def with_changes(self) -> tuple[int, int]:
        """Number and XOR of all entries."""
        return self.count + self.changes, self.xor ^ self.changes_xor

    def and_message(self, message_id: str) -> "Said":
        """With one more message."""
        return replace(self, count=self.count + 1, xor=self.xor ^ _random_end(message_id))

    def and_change(self, change_id: str) -> "Said":
        """With one more change."""
        return replace(self, changes=self.changes + 1, changes_xor=self.changes_xor ^ _random_end(change_id))

    def and_minute(self, other: "Said") -> "Said":
        """With another minute."""
        return Said(
            self.count + other.count,
            self.xor ^ other.xor,
            self.changes + other.changes,
            self.changes_xor ^ other.changes_xor,
        )


class ClosedMinutes:
    """Sums up minutes in which nothing more is stored. Keeps the `limit` minutes that were used last."""

    def __init__(self, places: ReadPlaces, limit: int = MINUTES_LIMIT) -> None:
        self._places = places
        self._limit = limit
        self._kept: OrderedDict[tuple[str, int], Said] = OrderedDict()

    def __len__(self) -> int:
        """Return how many minutes are kept."""
        return len(self._kept)

    def sum(self, room_id: str, begin: int, end: int, page_limit: int) -> tuple[Said | None, int]:
        """Sum up the minutes from `begin` until before `end`, epoch ms.

        Returns:
            The sum, or None if it takes more than `page_limit` pages; and how many pages were read. What they
            held is kept, so that asking again gets further.
        """
        minutes = range(begin, end, MINUTE_MS)
        found = {minute: self._kept[room_id, minute] for minute in minutes if (room_id, minute) in self._kept}
        pages = 0
        for first, last in _runs([minute for minute in minutes if minute not in found]):
            places = self._places(room_id, first, last + MINUTE_MS)
            whole, read = _read(places, first, last, page_limit - pages)
            found |= whole
            pages += read
        self._keep(room_id, found)
        if len(found) < len(minutes):
            return None, pages
        total = Said()
        for minute in found.values():
            total = total.and_minute(minute)
        return total, pages

    def _keep(self, room_id: str, found: dict[int, Said]) -> None:
        for minute, said in found.items():
            self._kept[room_id, minute] = said
            self._kept.move_to_end((room_id, minute))
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)


def _random_end(identifier: str) -> int:
    return int(identifier.replace("-", "")[-16:], 16)


def _runs(minutes: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each unbroken run of ordered minutes."""
    numbered = enumerate(minutes)
    for _, run in groupby(numbered, key=lambda each: each[1] - each[0] * MINUTE_MS):
        minutes_of_run = [minute for _, minute in run]
        yield minutes_of_run[0], minutes_of_run[-1]


def _read(places: Iterable[Places], first: int, last: int, limit: int) -> tuple[dict[int, Said], int]:
    """Read the minutes that at most `limit` pages hold to their end; return also how many pages it took."""
    found = dict.fromkeys(range(first, last + MINUTE_MS, MINUTE_MS), Said())
    newest = first
    pages = 0
    for pages, page in enumerate(islice(places, limit), start=1):
        for key in page.sort_keys:
            created_at, identifier = key.split("#")
            newest = int(created_at) // MINUTE_MS * MINUTE_MS
            said = found[newest]
            is_change = key in page.of_changes
            found[newest] = said.and_change(identifier) if is_change else said.and_message(identifier)
        if not page.more:
            return found, pages
    return {minute: said for minute, said in found.items() if minute < newest}, pages
