"""How the time of one invocation is divided, so that each part has its own."""

from dataclasses import dataclass
from typing import Self

# Of 30 s: 4 s to close connections (a time-out of `delivery` and a retry), 5 s for some ten calls to SQS.
CLOSING_SECONDS = 4.0
SETTLING_SECONDS = 5.0
SHARE = 1 / 6  # at most, of an invocation that is shorter
ANSWERING_SECONDS = 0.5  # to return to Lambda before it kills
READING_SECONDS = 6.0  # an audience that takes longer is left to another invocation


@dataclass(frozen=True, slots=True)
class Budget:
    """Until when what may go on, in seconds of the monotonic clock."""

    reading: float
    posting: float
    closing: float
    settling: float

    @classmethod
    def of(cls, now: float, remaining_seconds: float) -> Self:
        """Divide what is left of an invocation."""
        settling = now + remaining_seconds - min(ANSWERING_SECONDS, remaining_seconds * SHARE)
        closing = settling - min(SETTLING_SECONDS, remaining_seconds * SHARE)
        posting = closing - min(CLOSING_SECONDS, remaining_seconds * SHARE)
        return cls(min(posting, now + READING_SECONDS), posting, closing, settling)
