"""What is posted to a connection, and how that ended."""

from enum import Enum, IntEnum, auto
from typing import Generic, NamedTuple, TypeVar

from shared.aws.callback import Frame

C = TypeVar("C")


class Fate(Enum):
    """What became of a delivery. Only 410 and 413 are verdicts; all other failures may be ours."""

    DELIVERED = auto()
    """Every frame was accepted, or refused as too large."""
    GONE = auto()
    """410: the connection no longer exists."""
    TRANSIENT = auto()
    """Too busy, too slow, out of reach or not allowed, after retries in place: for another attempt later."""
    UNTOUCHED = auto()
    """Time ran out before the first attempt, or the account was throttled all the while."""


class Trial(IntEnum):
    """How a delivery to a connection stands."""

    FIRST = 0
    """It has not failed before; if it does, that says something of others too."""
    AGAIN = 1
    LAST = 2
    """If it fails the connection is closed, so it is tried for sure."""


class Delivery(NamedTuple, Generic[C]):
    """Frames for one connection, posted one after the other, each only after the one before was accepted.

    Attributes:
        frames: at least one.
        context: the caller's own.
    """

    connection_id: str
    frames: tuple[Frame, ...]
    context: C
    trial: Trial = Trial.FIRST


class Outcome(NamedTuple, Generic[C]):
    """How a delivery ended.

    Attributes:
        settled: how many leading frames need no further attempt; what is left to post is `frames[settled:]`.
        refused: indexes of settled frames that the endpoint found too large (413); all others were accepted.
        reason: a few words on the last failure; empty if there was none.
        status: the HTTP status of the last failure, None if there was no failure or no answer.
    """

    delivery: Delivery[C]
    fate: Fate
    settled: int
    refused: tuple[int, ...] = ()
    reason: str = ""
    status: int | None = None
