"""The index, and the messages that it is about, in memory."""

from collections.abc import Collection, Iterable

from shared.protocol.message import Message
from shared.protocol.refusals import Unavailable
from shared.stores.messages import Messages
from shared.stores.words import Posting, Words


class MemoryWords(Words):
    """Keeps postings in a set. `breaks_after` writes it fails once, with what it has taken until then."""

    def __init__(self, page: int = 40) -> None:
        self.page = page
        self.reads = 0
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

    def newest(self, room_id: str, word: str, at_most: str) -> tuple[list[str], bool]:
        self.reads += 1
        found = sorted(
            (
                each.sort_key
                for each in self._of_room(room_id)
                if each.word == word and each.sort_key <= at_most
            ),
            reverse=True,
        )
        return found[: self.page], len(found) > self.page

    def beginning_with(self, room_id: str, beginning: str, begin: str) -> tuple[list[Posting], bool]:
        self.reads += 1
        found = sorted(
            (
                each
                for each in self._of_room(room_id)
                if each.word.startswith(beginning) and f"{each.word}#{each.sort_key}" >= begin
            ),
            key=lambda each: f"{each.word}#{each.sort_key}",
        )
        return found[: self.page], len(found) > self.page

    def _of_room(self, room_id: str) -> list[Posting]:
        return [each for each in self.postings if each.room_id == room_id]

    def _count(self) -> None:
        if self.breaks_after == 0:
            self.breaks_after = None
            raise Unavailable("broke")
        if self.breaks_after is not None:
            self.breaks_after -= 1


class MemoryMessages(Messages):
    """Messages by room and sort key."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self._all = {(each.room_id, each.sort_key): each for each in messages}

    def find_anywhere(self, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], Message]:
        return {place: self._all[place] for place in places if place in self._all}
