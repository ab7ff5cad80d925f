"""Tolerance of connections whose frames are refused again and again; it ends by closing them.

Each process counts for itself, so that a refusal costs no call: a flood is spread over as many processes as
it keeps busy, and uses up the tolerance of each within a moment.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from botocore.session import Session

from shared.aws.one_connection import Close, close_connection
from shared.protocol.refusals import Banned, RateLimited, Refusal, TokenExpired, Unauthenticated

REFUSALS_LIMIT = 30  # an honest client stops at the first and waits, or renews its token
WINDOW_SECONDS = 60.0
_CONNECTIONS_KEPT = 10_000  # some 2 MB


class Tolerance:
    """Counts, for each connection, the refusals that an honest client would heed."""

    def __init__(self, close: Close, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is in seconds."""
        self._close = close
        self._clock = clock
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def refused(self, connection_id: str, refusal: Refusal) -> bool:
        """Note a refusal; return whether it was one too many and the connection was closed for it.

        Raises:
            OSError: it was one too many, and the connection could not be closed.
        """
        if not _is_to_be_heeded(refusal):
            return False
        now = self._clock()
        began, count = self._windows.pop(connection_id, (now, 0))
        if now - began >= WINDOW_SECONDS:
            began, count = now, 0
        self._windows[connection_id] = (began, count + 1)
        if len(self._windows) > _CONNECTIONS_KEPT:
            self._windows.popitem(last=False)
        if (count + 1) % REFUSALS_LIMIT:
            return False
        self._close(connection_id)
        return True


def tolerance_of(environ: Mapping[str, str], session: Session) -> Tolerance:
    """Return the tolerance of this environment. Raises ConfigurationError."""
    return Tolerance(close_connection(environ, session))


def _is_to_be_heeded(refusal: Refusal) -> bool:
    """Whether it says that the sender has no right, or is to wait; not that a store was busy."""
    if isinstance(refusal, RateLimited):
        return refusal.retry_after_ms is not None
    return isinstance(refusal, Banned | TokenExpired | Unauthenticated)
