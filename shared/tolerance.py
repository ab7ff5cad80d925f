"""Tolerance of connections whose frames are refused again and again; it ends by expelling them.

Each process counts for itself, so that a refusal costs no call: a flood is spread over as many processes as
it keeps busy, and uses up the tolerance of each within a moment.
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from botocore.session import Session

from shared.aws.one_connection import Close
from shared.expelling import expelling_of
from shared.protocol.refusals import (
    Banned,
    InvalidFrame,
    RateLimited,
    Refusal,
    TokenExpired,
    Unauthenticated,
    UnknownAction,
)
from shared.recent import Recent

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REFUSALS_LIMIT = 30  # an honest client stops at the first and waits, or renews its token
REFUSALS_LIMIT_WITHOUT_TOKEN = 10  # nobody honest goes on at all with no token, or with a revoked one
WINDOW_SECONDS = 60.0
_CONNECTIONS_KEPT = 10_000  # some 2 MB


class Tolerance:
    """Counts, for each connection, the refusals that an honest client would heed."""

    def __init__(self, close: Close, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is in seconds."""
        self._close = close
        self._clock = clock
        self._windows = Recent[str, tuple[float, int]](_CONNECTIONS_KEPT)

    def refused(self, connection_id: str, refusal: Refusal) -> bool:
        """Note a refusal; return whether it was one too many and the connection was closed for it.

        Raises:
            OSError: it was one too many, and the connection could not be closed.
        """
        if not _is_to_be_heeded(refusal):
            return False
        now = self._clock()
        began, count = self._windows.get(connection_id) or (now, 0)
        if now - began >= WINDOW_SECONDS:
            began, count = now, 0
        self._windows.put(connection_id, (began, count + 1))
        if (count + 1) % _limit_of(refusal):
            return False
        self._close(connection_id)
        return True


def tolerance_of(environ: Mapping[str, str], session: Session, dynamodb: "DynamoDBClient") -> Tolerance:
    """Return the tolerance of this environment. Raises ConfigurationError."""
    return Tolerance(expelling_of(environ, session, dynamodb))


def _is_to_be_heeded(refusal: Refusal) -> bool:
    """Whether the sender has no right, is to wait, or talks nonsense; not whether a store was busy."""
    if isinstance(refusal, RateLimited):
        return refusal.retry_after_ms is not None
    return isinstance(refusal, Banned | TokenExpired | Unauthenticated | InvalidFrame | UnknownAction)


def _limit_of(refusal: Refusal) -> int:
    return REFUSALS_LIMIT_WITHOUT_TOKEN if isinstance(refusal, Unauthenticated) else REFUSALS_LIMIT
