"""Who is to get the messages of a room: a slice for this worker, the rest scattered over all workers."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import chain
from typing import Any

from services.fanout.background import done, result_of
from services.fanout.budget import Budget
from services.fanout.memory import REMEMBER_SECONDS
from services.fanout.records import Record
from services.fanout.scatter import ScatterFailed, scatter
from services.fanout.worker import Worker
from shared.protocol.refusals import RateLimited, Unavailable
from shared.stores.connections import Connections, Member

PAGE_ATTEMPTS = 4
CROWD_SLICES = 8
_PAGE_PAUSE_SECONDS = 0.2

Page = list[Member]
NOBODY: tuple[Page, ...] = ()


class Audience:
    """The members of the rooms of one batch; each room is queried once, beside the posts.

    `rooms` are the records that are for a whole room, by room.
    """

    def __init__(self, rooms: dict[str, list[Record]], worker: Worker, budget: Budget) -> None:
        self._rooms = rooms
        self._worker = worker
        self._budget = budget
        self._found_at = int((worker.epoch() - REMEMBER_SECONDS) * 1000)  # or later: a room may be remembered
        self._sizes = dict.fromkeys(rooms, 0)
        self._first = {room: worker.reading.submit(self._read, room) for room in rooms}
        self._rest: dict[str, Future[int]] = {}

    def ready(self) -> Iterator[tuple[str, Page]]:
        """Yield the rooms that have been read since the last call, each with the members to serve here.

        The others are scattered meanwhile. Small rooms come first.
        """
        found: list[tuple[str, Page]] = []
        for room, coming in list(self._first.items()):
            if not coming.done():
                continue
            del self._first[room]
            if read := result_of(coming, RateLimited, Unavailable):
                members, others = read
                found.append((room, members))
                self._rest[room] = (
                    done(0) if others is NOBODY else self._worker.sending.submit(self._scatter, room, others)
                )
        yield from sorted(found, key=lambda each: len(each[1]))

    def is_pending(self, now: float) -> bool:
        """Tell whether a room may still turn up; one that takes too long is left to another invocation."""
        return bool(self._first) and now < self._budget.reading

    def scattered(self) -> Iterator[tuple[str, int | None]]:
        """Yield each room with the number of slices scattered; None if not all of it was found and served.

        What is late is not waited for longer than the posts have taken, or could have.
        """
        self._worker.sending.wait(self._rest.values(), self._budget.closing)
        for room in self._rooms:
            rest = self._rest.get(room)
            yield room, result_of(rest, ScatterFailed, RateLimited, Unavailable) if rest else None
        late: list[Future[Any]] = [*self._first.values(), *self._rest.values()]
        for future in late:
            future.cancel()

    def size_of(self, room: str) -> int:
        """Return how many connections were found in the room, once it is scattered."""
        return self._sizes[room]

    def _read(self, room: str) -> tuple[Page, Iterable[Page]]:
        worker, now = self._worker, self._worker.monotonic()
        if known := worker.memory.of(room, now):
            return first_slice(self._counted(room, iter(known)), worker.slice_size)
        pages = members_of(
            room,
            worker.connections,
            int(worker.epoch()),
            pause=worker.sleep,
            is_late=lambda: worker.monotonic() >= self._budget.posting,
        )
        remembered = worker.memory.remembering(room, pages, now)
        return first_slice(self._counted(room, remembered), worker.slice_size)

    def _scatter(self, room: str, others: Iterable[Page]) -> int:
        slices = slices_of(others, self._worker.slice_size)
        until = self._budget.closing
        return scatter(slices, self._rooms[room], self._worker.queues, until, found_at=self._found_at)

    def _counted(self, room: str, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            self._sizes[room] += len(page)
            yield page


def members_of(
    room_id: str,
    connections: Connections,
    now_seconds: int,
    *,
    pause: Callable[[float], None],
    is_late: Callable[[], bool] = lambda: False,
) -> Iterator[Page]:
    """Yield the pages of a room's members; a page that DynamoDB fails to give is asked for again.

    Raises:
        RateLimited, Unavailable: DynamoDB failed PAGE_ATTEMPTS times at the same page, or until it was late.
    """
    after: str | None = None
    failures = 0
    while True:
        try:
            page = connections.members(room_id, now_seconds, after)
        except (RateLimited, Unavailable):
            failures += 1
            if failures == PAGE_ATTEMPTS or is_late():
                raise
            pause(_PAGE_PAUSE_SECONDS * 2**failures)
            continue
        failures = 0
        yield page.members
        if page.next is None:
            return
        after = page.next


def first_slice(pages: Iterator[Page], slice_size: int) -> tuple[Page, Iterable[Page]]:
    """Return the first `slice_size` members, and the pages of all others; NOBODY where it is known to be.

    Of a crowd none is served here: its worker would post to them as often as somebody says something.
    """
    kept: Page = []
    for page in pages:
        if len(page) > CROWD_SLICES * slice_size:
            return [], chain([page], pages)
        wanted = slice_size - len(kept)
        kept.extend(page[:wanted])
        if len(page) > wanted:
            return kept, chain([page[wanted:]], pages)
    return kept, NOBODY


def slices_of(pages: Iterable[Page], slice_size: int) -> Iterator[Page]:
    """Yield all members, in slices of that size but for the last."""
    waiting: Page = []
    for page in pages:
        waiting.extend(page)
        while len(waiting) >= slice_size:
            yield waiting[:slice_size]
            del waiting[:slice_size]
    if waiting:
        yield waiting
