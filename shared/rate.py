"""A limit on how often something may be done: a token bucket that is one number, until when it is spent.

The generic cell rate algorithm (ITU-T I.371, annex A): what is done moves that time on by one interval, from
now or from where it was, and it may lie ahead by the burst.
"""

from dataclasses import dataclass
from typing import Self


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
