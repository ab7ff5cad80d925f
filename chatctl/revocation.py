"""Ends what a user has open: every connection, as soon as it is known of."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from shared.stores.connections import Connections

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

PATIENCE_SECONDS = 8.0
# The index learns of a connection within a second: what opened just before the ban is seen by a later look.
LOOK_EVERY_SECONDS = 1.0
QUIET_LOOKS = 2


def close_connections(
    user_id: str,
    connections: Connections,
    callback: ApiGatewayManagementApiClient,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Close a user's connections until no new one was seen twice in a row; return how many were closed.

    It takes two seconds, and `PATIENCE_SECONDS` at most.
    """
    give_up = clock() + PATIENCE_SECONDS
    seen: set[str] = set()
    closed = quiet = 0
    while quiet < QUIET_LOOKS and clock() < give_up:
        new = connections.of_user(user_id) - seen
        for connection_id in new:
            with suppress(callback.exceptions.GoneException):
                callback.delete_connection(ConnectionId=connection_id)
                closed += 1
        seen |= new
        quiet = 0 if new else quiet + 1
        if quiet < QUIET_LOOKS:
            sleep(LOOK_EVERY_SECONDS)
    return closed
