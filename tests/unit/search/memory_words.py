"""The index in memory."""

from collections.abc import Iterable

from shared.protocol.refusals import Unavailable
from shared.stores.words import Posting, Words


class MemoryWords(Words):
    """Keeps postings in a set. `breaks_after` writes it fails once, with what it has taken until then."""

    def __init__(self) -> None:
        self.postings: set[Posting] = set()
        self.breaks_after: int | None = None

    def write(self, put: Iterable[Posting], removed: Iterable[Posting]) -> None:
        put, removed = list(put), list(removed)
        assert not set(put) & set(removed)
        for posting in put:
            self._count()
            self.postings.add(posting)
        for posting in removed:
            self._count()
            self.postings.discard(posting)

    def _count(self) -> None:
        if self.breaks_after == 0:
            self.breaks_after = None
            raise Unavailable("broke")
        if self.breaks_after is not None:
            self.breaks_after -= 1
