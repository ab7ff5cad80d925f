"""Whatever happens to messages, and however their records come: the index has the words they have now."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from services.search.indexing import index
from services.search.revisions import Revision
from services.search.words import words_of
from shared.protocol.refusals import Unavailable
from shared.stores.words import Posting
from tests.unit.examples import NOW, message
from tests.unit.search.lives import LIVES, revisions, said
from tests.unit.search.memory_words import MemoryWords


@given(LIVES, st.data())
def test_the_index_has_the_words_of_now_however_often_and_in_whatever_parts_records_come(
    lives: list[list[str | None]], data: st.DataObject
) -> None:
    records = list(revisions(lives))
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
