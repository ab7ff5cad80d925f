"""A limit on how often something may be done: a token bucket that is one number, until when it is spent.

The generic cell rate algorithm (ITU-T I.371, annex A): what is done moves that time on by one interval, from
now or from where it was, and it may lie ahead by the burst.
"""

from dataclasses import dataclass
from typing import Self

from shared.recent import Recent

REMEMBERED_MS = 1_000
_BUCKETS_KEPT = 10_000  # some 3 MB


@dataclass(frozen=True, slots=True)
class Bucket:
    """Up to `burst` at once, and one more every `every_ms`."""

    burst: int
    every_ms: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Read `50/200`: up to 50 at once, and one more every 200 ms.

        Raises:
            ValueError: it is not of that form, or would let nothing through.
        """
        burst, _, every_ms = text.partition("/")
        bucket = cls(int(burst), int(every_ms))
        if bucket.burst < 1 or bucket.every_ms < 1:
            raise ValueError("a limit lets something through, and not without end")
        return bucket

    def wait_ms(self, spent_until: int, now: int) -> int:
        """After how long one more may be done, 0 for at once. Times are epoch ms."""
        return max(0, spent_until - now - (self.burst - 1) * self.every_ms)

    def after_one(self, spent_until: int, now: int) -> int:
        """Until when it is spent once one more is done."""
        return max(spent_until, now) + self.every_ms


class EmptyBuckets:
    """What one process has seen of empty buckets, so that a flood is refused without asking the store again.

    A bucket fills no sooner than it said: nobody is refused who would be let through. It is forgotten after a
    second, since what else the store decides may change: it knows repetitions, and has better answers, as a
    ban.
    """

    def __init__(self) -> None:
        self._seen = Recent[tuple[str, str], tuple[int, int]](_BUCKETS_KEPT)

    def wait_ms(self, whose: str, what: str, now: int) -> int:
        """After how long one more may be done, 0 if nothing is known against it. `now` is epoch ms."""
        forgotten_at, one_more_at = self._seen.get((whose, what)) or (0, 0)
        return max(0, one_more_at - now) if now < forgotten_at else 0

    def note(self, whose: str, what: str, wait_ms: int, now: int) -> None:
        """Remember that one more of it may be done after `wait_ms` only. `now` is epoch ms."""
        self._seen.put((whose, what), (now + REMEMBERED_MS, now + wait_ms))
