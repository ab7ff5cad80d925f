"""Whatever happens to messages, and however their records come: the index has the words they have now."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.search.indexing import index
from services.search.revisions import Revision
from services.search.words import words_of
from shared.protocol.message import Message
from shared.protocol.refusals import Unavailable
from shared.stores.words import Posting
from tests.unit.examples import NOW, message
from tests.unit.search.memory_words import MemoryWords

TEXTS = st.lists(st.sampled_from(["red", "green", "blue", "red#green", "Ärger"]), max_size=4).map(" ".join)
# What a message says in turn; None: it is deleted.
LIVES = st.lists(st.lists(TEXTS | st.none(), min_size=1, max_size=5), min_size=1, max_size=4)


def said(number: int, text: str | None) -> Message:
    if text is None:
        return message(number, content="").model_copy(update={"deleted_at": NOW})
    return message(number, content=text)


def of_life(number: int, texts: list[str | None]) -> Iterator[Revision]:
    states = [None, *(said(number, text) for text in texts)]
    return (Revision(old, new) for old, new in pairwise(states))


@given(LIVES, st.data())
def test_the_index_has_the_words_of_now_however_often_and_in_whatever_parts_records_come(
    lives: list[list[str | None]], data: st.DataObject
) -> None:
    records = [each for number, texts in enumerate(lives) for each in of_life(number, texts)]
    words = MemoryWords()

    done = 0
    while done < len(records):
        size = data.draw(st.integers(1, len(records) - done), label="records of a batch")
        words.breaks_after = data.draw(st.none() | st.integers(0, 6), label="writes before it fails")
        with suppress(Unavailable):
            index(records[done : done + size], words)
            done += size
        words.breaks_after = None

    assert words.postings == {
        Posting("global", word, said(number, "").sort_key)
        for number, texts in enumerate(lives)
        for word in words_of(texts[-1] or "")
    }


def test_a_reaction_writes_nothing() -> None:
    words = MemoryWords()

    assert index([Revision(message(1), message(1).model_copy(update={"changed_at": NOW}))], words) == 0
    assert words.postings == set()


def test_a_row_that_is_removed_takes_its_words_with_it() -> None:
    words = MemoryWords()
    index([Revision(None, message(1, content="one two"))], words)

    assert index([Revision(message(1, content="one two"), None)], words) == 2
    assert words.postings == set()
