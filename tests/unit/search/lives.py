"""What becomes of messages, one change after the other."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import strategies as st

from services.search.revisions import Revision
from shared.protocol.message import Message
from tests.unit.examples import NOW, message

TEXTS = st.lists(st.sampled_from(["red", "green", "blue", "red#green", "Ärger"]), max_size=4).map(" ".join)
# What each message says in turn; None: it is deleted.
LIVES = st.lists(st.lists(TEXTS | st.none(), min_size=1, max_size=5), min_size=1, max_size=4)


def said(number: int, text: str | None) -> Message:
    """The message of that number, as it is while it says so."""
    if text is None:
        return message(number, content="").model_copy(update={"deleted_at": NOW})
    return message(number, content=text)


def revisions(lives: list[list[str | None]]) -> Iterator[Revision]:
    """What the stream tells of them."""
    for number, texts in enumerate(lives):
        for old, new in pairwise([None, *(said(number, text) for text in texts)]):
            yield Revision(old, new)
