"""What follows from revisions, step by step, so that no message holds up those that come after it."""

from collections.abc import Callable, Iterable, Sequence

from services.search.revisions import Revision
from shared.protocol.refusals import NotStorable, Refusal

Step = Callable[[Sequence[Revision]], None]
"""Does something with revisions, in their order. It may be repeated, with more or fewer of them, and raises
RateLimited or Unavailable if a store or topic fails it."""
Poisoned = Callable[[tuple[str, str], Exception], None]
"""Told the room and sort key of a message that a step fails on, and how."""


def follow(revisions: Sequence[Revision], steps: Iterable[Step], poisoned: Poisoned) -> None:
    """Take the steps one after the other; one that fails on a message takes the others one by one.

    Raises:
        RateLimited, Unavailable: a store failed, which is no message's fault; all is to be repeated. Where
            what follows from a message is against the store's rules, it is.
    """
    for step in steps:
        if _fails(step, revisions) is None:
            continue
        for key, of_message in _by_message(revisions).items():
            if failure := _fails(step, of_message):
                poisoned(key, failure)


def _fails(step: Step, revisions: Sequence[Revision]) -> Exception | None:
    try:
        step(revisions)
    except NotStorable as failure:
        return failure
    except Refusal:
        raise
    except Exception as failure:
        return failure
    return None


def _by_message(revisions: Iterable[Revision]) -> dict[tuple[str, str], list[Revision]]:
    those: dict[tuple[str, str], list[Revision]] = {}
    for each in revisions:
        those.setdefault(each.key, []).append(each)
    return those
