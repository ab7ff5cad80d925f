"""Ends what a user has open: every connection, as soon as it is known of."""

import time
from collections.abc import Callable, Collection

from shared.stores.connections import Connections

PATIENCE_SECONDS = 8.0
# The index learns of a connection within a second: what opened just before is seen by a later look.
LOOK_EVERY_SECONDS = 1.0
QUIET_LOOKS = 2


def close_connections(
    user_id: str,
    connections: Connections,
    close: Callable[[str], bool],
    *,
    spared: Collection[str] = (),
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Close a user's connections until no new one was seen twice in a row; return how many were closed.

    It takes a second, and `PATIENCE_SECONDS` at most.

    Args:
        user_id: whose connections.
        connections: where they are stored.
        close: closes one, and tells whether it was there.
        spared: ids of connections that stay open.
        clock: in seconds.
        sleep: for so many seconds.
    """
    give_up = clock() + PATIENCE_SECONDS
    seen = set(spared)
    closed = quiet = 0
    while quiet < QUIET_LOOKS and clock() < give_up:
        new = connections.of_user(user_id) - seen
        closed += sum(map(close, new))
        seen |= new
        quiet = 0 if new else quiet + 1
        if quiet < QUIET_LOOKS:
            sleep(LOOK_EVERY_SECONDS)
    return closed
