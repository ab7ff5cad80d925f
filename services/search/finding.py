"""Searching a room: candidates from the index, newest first, each compared with the question as it is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from services.search.asking import Question
from services.search.postings import (
    NEWEST,
    InAll,
    OfWord,
    OutOfReads,
    Places,
    Reads,
    just_below,
    of_beginning,
)
from shared.protocol.message import Message
from shared.stores.messages import Messages
from shared.stores.words import Words

# Looked up of a question, the longest first, since those are rare; the rest is seen in the message.
WORDS_LOOKED_UP = 4
BEGINNINGS_LOOKED_UP = 2
BATCH_MESSAGES = 25


@dataclass(frozen=True, slots=True)
class Index:
    """The index, and the messages that it is about."""

    words: Words
    messages: Messages


@dataclass(frozen=True, slots=True)
class Found:
    """Messages, newest first, and where to go on: sort keys `at_most`; None at the end."""

    messages: list[Message]
    at_most: str | None


def find(
    question: Question, room_id: str, index: Index, *, at_most: str = NEWEST, limit: int, reads: Reads
) -> Found:
    """Find messages of a room that answer a question, newest first.

    Args:
        question: what is asked for; not empty.
        room_id: a room that the asker may read.
        index: where it is looked for.
        at_most: sort key to begin at.
        limit: how many messages at most.
        reads: what may be read for it. Where that ends, less is found, and `at_most` says how far it came.

    Raises:
        RateLimited, Unavailable: a store failed.
    """
    try:
        candidates = InAll(_lists(question, room_id, index.words, reads), at_most)
    except OutOfReads:
        return Found([], at_most)
    found: list[Message] = []
    while True:
        places = list(islice(_places(candidates), BATCH_MESSAGES))
        found += _answers(question, room_id, places, index.messages)
        if len(found) > limit:
            return Found(found[:limit], just_below(found[limit - 1].sort_key))
        if candidates.ended:
            return Found(found, None)
        reads.left -= 1  # what was found is read in any case
        if reads.left <= 0:
            return Found(found, candidates.at_most)


def _lists(question: Question, room_id: str, words: Words, reads: Reads) -> Sequence[Places]:
    longest = sorted(question.words, key=lambda word: (-len(word), word))[:WORDS_LOOKED_UP]
    lists: list[Places] = [OfWord(room_id, word, words, reads) for word in longest]
    beginnings = sorted(question.beginnings)[:BEGINNINGS_LOOKED_UP]
    return [*lists, *(of_beginning(room_id, each, words, reads) for each in beginnings)]


def _places(candidates: InAll) -> Iterator[str]:
    """Yield candidates until the end, or until nothing may be read any more."""
    try:
        while place := candidates.next():
            yield place
    except OutOfReads:
        return


def _answers(
    question: Question, room_id: str, places: Sequence[str], messages: Messages
) -> Iterator[Message]:
    there = messages.find_anywhere([(room_id, place) for place in places])
    for place in places:
        message = there.get((room_id, place))
        if message and message.deleted_at is None and question.is_answered_by(message.content):
            yield message
