"""Keeps the index of words as the messages are."""

from collections.abc import Sequence

from services.search.revisions import Revision
from services.search.words import words_of
from shared.protocol.message import Message
from shared.stores.words import Posting, Words


def index(revisions: Sequence[Revision], words: Words) -> int:
    """Write the words that messages have now, remove those they had; return how many rows that were.

    Of each message every text that occurs is looked at. So the rows end up the same however often, and in
    however large parts, the same records come again.

    Args:
        revisions: in their order.
        words: the index.

    Raises:
        RateLimited, Unavailable: from the store; some of the rows may be written.
    """
    texts: dict[tuple[str, str], list[str]] = {}
    for each in revisions:
        texts.setdefault(each.key, []).extend((_text_of(each.old), _text_of(each.new)))
    put: list[Posting] = []
    removed: list[Posting] = []
    for (room_id, sort_key), of_message in texts.items():
        if len(set(of_message)) == 1:
            continue  # a reaction, or a pin
        present = words_of(of_message[-1])
        past = {word for text in of_message for word in words_of(text)} - set(present)
        put += (Posting(room_id, word, sort_key) for word in present)
        removed += (Posting(room_id, word, sort_key) for word in sorted(past))
    words.write(put, removed)
    return len(put) + len(removed)


def _text_of(message: Message | None) -> str:
    return "" if message is None or message.deleted_at is not None else message.content
