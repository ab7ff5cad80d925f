"""Where a word occurs in a room, newest first, read no further than needed."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import cycle, groupby
from typing import Protocol

from shared.stores.words import Words

NEWEST = "~"
"""Greater than every sort key."""

COMPLETIONS_LIMIT = 10  # words of a room that a beginning stands for, the first in the order of the alphabet


class OutOfReads(Exception):
    """What a frame may read is used up."""


class Reads:
    """How often may still be read."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self) -> None:
        """Take one. Raises OutOfReads."""
        if self.left <= 0:
            raise OutOfReads
        self.left -= 1


class Places(Protocol):
    """Sort keys of messages, newest first. Whoever reads them goes only back."""

    def seek(self, at_most: str) -> str | None:
        """Return the newest that is `at_most`, None if there is none. Raises OutOfReads."""


class OfWord:
    """The messages of a room that have a word, read in pages."""

    def __init__(self, room_id: str, word: str, words: Words, reads: Reads) -> None:
        self._room_id, self._word, self._words, self._reads = room_id, word, words, reads
        self._page: deque[str] = deque()
        self._more = True

    def seek(self, at_most: str) -> str | None:
        """Return the newest that is `at_most`, None if there is none. Raises OutOfReads."""
        _drop_above(at_most, self._page)
        if not self._page and self._more:
            self._reads.take()
            page, self._more = self._words.newest(self._room_id, self._word, at_most)
            self._page.extend(page)
        return self._page[0] if self._page else None


class Known:
    """Messages that are known already."""

    def __init__(self, sort_keys: Iterable[str]) -> None:
        self._left = deque(sorted(sort_keys, reverse=True))

    def seek(self, at_most: str) -> str | None:
        """Return the newest that is `at_most`, None if there is none."""
        _drop_above(at_most, self._left)
        return self._left[0] if self._left else None


class AnyOf:
    """The messages that are in one of several."""

    def __init__(self, several: Sequence[Places]) -> None:
        self._several = several

    def seek(self, at_most: str) -> str | None:
        """Return the newest that is `at_most`, None if there is none. Raises OutOfReads."""
        return max(filter(None, (each.seek(at_most) for each in self._several)), default=None)


class InAll:
    """The messages that are in all of several, one after the other.

    Each of them skips to where the one before it is, so that the rarest word decides how much is read.
    `at_most` is how far that has come: whatever is newer was looked at. `ended` is whether that was all.
    """

    def __init__(self, several: Sequence[Places], at_most: str) -> None:
        self._several = several
        self.at_most = at_most
        self.ended = False

    def next(self) -> str | None:
        """Return the next, None at the end. Raises OutOfReads; what was found until then is not lost."""
        agreed = 0
        for each in cycle(self._several):
            found = each.seek(self.at_most)
            if found is None:
                self.ended = True
                return None
            agreed = agreed + 1 if found == self.at_most else 1
            self.at_most = found
            if agreed == len(self._several):
                self.at_most = just_below(found)
                return found
        raise ValueError("in all of none is everything")


def just_below(sort_key: str) -> str:
    """Return what is below a sort key and above all that are: `~` is above whatever is in one."""
    return f"{sort_key[:-1]}{chr(ord(sort_key[-1]) - 1)}~"


def of_beginning(room_id: str, beginning: str, words: Words, reads: Reads) -> Places:
    """Return the messages of a room with a word that begins so: with the first `COMPLETIONS_LIMIT` of them.

    Raises:
        OutOfReads: before it was found out which words there are.
    """
    lists: list[Places] = []
    begin, more = beginning, True
    while more and len(lists) < COMPLETIONS_LIMIT:
        reads.take()
        page, more = words.beginning_with(room_id, beginning, begin)
        by_word = [
            (word, [each.sort_key for each in those])
            for word, those in groupby(page, key=lambda posting: posting.word)
        ]
        for place, (word, sort_keys) in enumerate(by_word, start=1):
            is_whole = place < len(by_word) or not more
            lists.append(Known(sort_keys) if is_whole else OfWord(room_id, word, words, reads))
            begin = f"{word}$"  # after `#`, which ends a word, and before all that goes on in one
    return AnyOf(lists[:COMPLETIONS_LIMIT])


def _drop_above(at_most: str, descending: deque[str]) -> None:
    while descending and descending[0] > at_most:
        descending.popleft()
