"""Whom messages address after what became of them: what the texts say, before anybody is looked up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from services.search.revisions import Revision
from shared.protocol.mentions import HERE, Mentions, mentions_in
from shared.protocol.message import Message


@dataclass(frozen=True, slots=True)
class Addressing:
    """Whom a message addresses.

    Attributes:
        message: as it is last.
        present: whom it addresses then.
        ever: handles that it said at any time.
        added: when an edit added a handle, epoch ms; what is in none of them the message said from the
            beginning.
        unseen: handles that an edit may have added before these records.
    """

    message: Message
    present: Mentions
    ever: frozenset[str]
    added: Mapping[str, int]
    unseen: frozenset[str]


def addressings(revisions: Sequence[Revision]) -> Iterator[Addressing]:
    """Yield of each message that may address others than before whom it addresses.

    Args:
        revisions: in their order.
    """
    of_message: dict[tuple[str, str], list[Message | None]] = {}
    for each in revisions:
        of_message.setdefault(each.key, []).extend((each.old, each.new))
    for states in of_message.values():
        addressed = [_addressed(each) for each in states]
        if len(set(addressed)) > 1:  # else it is a reaction, a pin, or a text without mentions
            yield _addressing(states, addressed)


def _addressed(message: Message | None) -> Mentions:
    if message is None or message.deleted_at is not None:
        return Mentions()
    found = mentions_in(message.content)
    return Mentions(found.handles, found.here and bool(message.mentions_here))


def _addressing(states: Sequence[Message | None], addressed: Sequence[Mentions]) -> Addressing:
    added: dict[str, int] = {}
    unseen: set[str] = set()
    said = list(map(_words, addressed))
    for handle in said[-1]:
        first = len(states) - _lately(handle, said)
        since = states[first]
        if since and since.edited_at:
            added[handle] = since.edited_at
            if first == 0:
                unseen.add(handle)
    message = next(each for each in reversed(states) if each)
    ever = frozenset(handle for each in addressed for handle in each.handles)  # `here` is not called off
    return Addressing(message, addressed[-1], ever, added, frozenset(unseen))


def _words(mentions: Mentions) -> Sequence[str]:
    return (*mentions.handles, HERE) if mentions.here else mentions.handles


def _lately(handle: str, said: Sequence[Sequence[str]]) -> int:
    """Return how many of the last states have the handle without a break."""
    return sum(1 for _ in takewhile(lambda each: handle in each, reversed(said)))
