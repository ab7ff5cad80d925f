"""Who is to get the messages of a room: a slice for this worker, the rest scattered over all workers."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from itertools import chain

from services.fanout.queues import Queues
from services.fanout.records import Record
from services.fanout.scatter import ScatterFailed, scatter
from shared.protocol.refusals import RateLimited, Unavailable
from shared.stores.connections import Connections, Member

PAGE_ATTEMPTS = 4
_PAGE_PAUSE_SECONDS = 0.2

Page = list[Member]


class Audience:
    """The members of the rooms of one batch; each room is queried once, beside the posts.

    `rooms` are the records that are for a whole room, by room.
    """

    def __init__(
        self,
        rooms: dict[str, list[Record]],
        *,
        connections: Connections,
        queues: Queues,
        slice_size: int,
        background: Executor,
    ) -> None:
        def first(room: str) -> tuple[Page, Iterator[Page]]:
            pages = members_of(room, connections, int(time.time()))
            return first_slice(self._counted(room, pages), slice_size)

        self._sizes = dict.fromkeys(rooms, 0)
        self._first = {room: background.submit(first, room) for room in rooms}
        self._rest: dict[str, Future[int]] = {}
        self._rooms = rooms
        self._queues = queues
        self._slice_size = slice_size
        self._background = background

    def first_slices(self) -> Iterator[tuple[str, Page]]:
        """Each room with the members that this worker serves; the others are scattered meanwhile."""
        for room, coming in self._first.items():
            try:
                members, others = coming.result()
            except (RateLimited, Unavailable):
                continue
            slices = slices_of(others, self._slice_size)
            self._rest[room] = self._background.submit(scatter, slices, self._rooms[room], self._queues)
            yield room, members

    def scattered(self) -> Iterator[tuple[str, int | None]]:
        """Each room with the number of slices scattered; None if its audience is not all found and served."""
        for room in self._rooms:
            try:
                yield room, self._rest[room].result() if room in self._rest else None
            except (ScatterFailed, RateLimited, Unavailable):
                yield room, None

    def size_of(self, room: str) -> int:
        """How many connections were found in the room, once it is scattered."""
        return self._sizes[room]

    def _counted(self, room: str, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            self._sizes[room] += len(page)
            yield page


def members_of(
    room_id: str, connections: Connections, now_seconds: int, pause: Callable[[float], None] = time.sleep
) -> Iterator[Page]:
    """The pages of a room's members; a page that DynamoDB fails to give is asked for again.

    Raises:
        RateLimited, Unavailable: DynamoDB failed PAGE_ATTEMPTS times at the same page.
    """
    after: str | None = None
    failures = 0
    while True:
        try:
            page = connections.members(room_id, now_seconds, after)
        except (RateLimited, Unavailable):
            failures += 1
            if failures == PAGE_ATTEMPTS:
                raise
            pause(_PAGE_PAUSE_SECONDS * 2**failures)
            continue
        failures = 0
        yield page.members
        if page.next is None:
            return
        after = page.next


def first_slice(pages: Iterator[Page], slice_size: int) -> tuple[Page, Iterator[Page]]:
    """The first `slice_size` members, and the pages of all others."""
    kept: Page = []
    for page in pages:
        wanted = slice_size - len(kept)
        kept.extend(page[:wanted])
        if len(page) > wanted:
            return kept, chain([page[wanted:]], pages)
    return kept, iter(())


def slices_of(pages: Iterable[Page], slice_size: int) -> Iterator[Page]:
    """All members, in slices of that size but for the last."""
    waiting: Page = []
    for page in pages:
        waiting.extend(page)
        while len(waiting) >= slice_size:
            yield waiting[:slice_size]
            del waiting[:slice_size]
    if waiting:
        yield waiting
