"""Searching the index finds what reading all messages would, however little is read at a time."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.asking import Question, question_of
from services.search.finding import BATCH_MESSAGES, Index, find
from services.search.indexing import index
from services.search.postings import COMPLETIONS_LIMIT, NEWEST, Reads
from services.search.revisions import Revision
from services.search.words import words_of
from shared.protocol.message import Message
from tests.unit.examples import NOW, message
from tests.unit.search.lives import LIVES, revisions, said
from tests.unit.search.memory_words import MemoryMessages, MemoryWords

WORDS = ["tea", "team", "teapot", "coffee", "co", "你好", "好吗你好", "👍", "Ärger#x"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
QUERY = st.lists(st.sampled_from([*WORDS, "te", "t", "你", "none", "c"]), min_size=1, max_size=3).map(
    " ".join
)


def room_of(texts: list[str], page: int) -> Index:
    words = MemoryWords(page)
    said = [message(number, content=text) for number, text in enumerate(texts)]
    index([Revision(None, each) for each in said], words)
    return Index(words, MemoryMessages(said))


def all_pages(question: Question, where: Index, *, limit: int, reads: int) -> Iterator[Message]:
    at_most = NEWEST
    for _ in range(1_000):
        found = find(question, "global", where, at_most=at_most, limit=limit, reads=Reads(reads))
        assert len(found.messages) <= limit
        yield from found.messages
        if found.at_most is None:
            return
        at_most = found.at_most
    pytest.fail("it does not come to an end")


# Rows of a page of the index, messages of a frame, and what may be read for it.
BOUNDS = st.tuples(st.integers(1, 5), st.integers(1, 30), st.integers(2 * COMPLETIONS_LIMIT, 60))


@given(st.lists(TEXT, max_size=60), QUERY, st.sampled_from(["", " "]), BOUNDS)
def test_all_pages_are_what_reading_all_messages_finds(
    texts: list[str], query: str, end: str, bounds: tuple[int, int, int]
) -> None:
    page, limit, reads = bounds
    question = question_of(query + end)
    where = room_of(texts, page)

    found = list(all_pages(question, where, limit=limit, reads=reads))

    assert [each.content for each in found] == [
        text for text in reversed(texts) if question.is_answered_by(text)
    ]
    assert [each.sort_key for each in found] == sorted({each.sort_key for each in found}, reverse=True)


@given(LIVES, st.sampled_from(["red", "re", "green ", "blue red", "ärg", "gr"]), st.integers(1, 5))
def test_after_edits_and_deletions_what_messages_say_now_is_found_and_nothing_else(
    lives: list[list[str | None]], query: str, batch: int
) -> None:
    words, records = MemoryWords(), list(revisions(lives))
    for first in range(0, len(records), batch):
        index(records[first : first + batch], words)
        index(records[first : first + batch // 2 + 1], words)  # a part of it comes again
        index(records[first : first + batch], words)
    now = [said(number, texts[-1]) for number, texts in enumerate(lives)]
    question = question_of(query)

    found = list(all_pages(question, Index(words, MemoryMessages(now)), limit=2, reads=60))

    assert found == [each for each in reversed(now) if question.is_answered_by(each.content)]
    assert {posting.sort_key for posting in words.postings} <= {each.sort_key for each in now if each.content}


@pytest.mark.parametrize(
    ("query", "text", "is_answer"),
    [
        ("TEA", "a cup of tea", True),
        ("te", "tea", True),
        ("te ", "tea", False),  # the word is finished
        ("te cup", "tea cup", False),
        ("cup te", "tea cup", True),
        ("strasse", "Straße", True),
        ("你", "你好吗", True),
        ("好吗", "你好吗", True),
        ("好你", "你好吗", False),
        ("👍", "fine 👍🏽", True),
    ],
)
def test_a_query_means_whole_words_and_the_beginning_of_the_last(
    query: str, text: str, is_answer: bool
) -> None:
    assert question_of(query).is_answered_by(text) == is_answer


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_text_is_found_by_all_of_itself(text: str, other: str) -> None:
    assert question_of(text + " ").is_answered_by(f"{text} {other}") or len(words_of(text)) == 64


def test_a_row_that_is_left_over_shows_nothing() -> None:
    where = room_of(["red apple", "red"], page=40)
    edited, deleted = message(0, content="green"), message(1, content="")
    deleted = deleted.model_copy(update={"deleted_at": NOW})
    where = Index(where.words, MemoryMessages([edited, deleted]))

    assert list(all_pages(question_of("red"), where, limit=9, reads=60)) == []


def test_a_rare_word_decides_how_much_is_read() -> None:
    texts = ["common"] * 5_000
    texts[17] = "common rareness"
    where = room_of(texts, page=40)

    found = find(question_of("common rareness "), "global", where, limit=20, reads=Reads(60))

    assert [each.content for each in found.messages] == ["common rareness"]
    assert isinstance(where.words, MemoryWords)
    assert where.words.reads <= 4


def test_where_two_common_words_never_meet_a_frame_ends_and_the_next_goes_on() -> None:
    where = room_of(["odd", "even"] * 2_000, page=40)

    found = find(question_of("odd even "), "global", where, limit=20, reads=Reads(60))

    assert found.messages == []
    assert found.at_most is not None
    assert found.at_most < message(3_999).sort_key
    assert isinstance(where.words, MemoryWords)
    assert where.words.reads <= 60


def test_a_beginning_stands_for_a_bounded_number_of_words() -> None:
    texts = [f"word{chr(ord('a') + number)}" for number in range(26)]
    where = room_of(texts, page=40)

    found = find(question_of("word"), "global", where, limit=BATCH_MESSAGES, reads=Reads(60))

    assert sorted(each.content for each in found.messages) == texts[:COMPLETIONS_LIMIT]
