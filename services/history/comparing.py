"""The rule of comparing what clients have of their rooms with what was said there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.history.minutes import ClosedMinutes
from shared.protocol.digest import Digest
from shared.rooms import kind_of

# What is not there by then never comes: a put lands within the 10 s that its function lives; the rest is for
# replicas that lag and for the clocks of two hosts.
SETTLED_AFTER_MS = 15_000
# A page is 1 MB at most, some 100 ms; what is left over is for the next ping.
READ_LIMIT_PAGES = 60


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rooms in which a client lacks something or has too much, and rooms of which it is too early to tell."""

    differs: list[str]
    unsettled: list[str]


def compare(
    known: Mapping[str, Digest], *, minutes: ClosedMinutes, may_read: Callable[[str], bool], now: int
) -> Comparison:
    """Compare what a client has, by room, with what was said. `now` is epoch ms.

    Of a room that is not public, who may not read it is told nothing. Public rooms are not asked about: what
    the comparison tells of them is no secret, and an idle client costs nothing more.

    Raises:
        RateLimited, Unavailable: the store failed.
    """
    comparison = Comparison([], [])
    pages_left = READ_LIMIT_PAGES
    for room_id, digest in known.items():
        is_early = digest.until > now - SETTLED_AFTER_MS
        if is_early or (kind_of(room_id) != "public" and not may_read(room_id)):
            comparison.unsettled.append(room_id)
            continue
        said, pages = minutes.sum(room_id, digest.begin, digest.until, pages_left)
        pages_left -= pages
        if said is None:
            comparison.unsettled.append(room_id)
            continue
        count, xor = said.with_changes if digest.changes else (said.count, said.xor)
        if (count, f"{xor:016x}") != (digest.count, digest.xor):
            comparison.differs.append(room_id)
    return comparison
