"""Expels connections: closes them, and has their users wait before they open the next.

Without the wait whoever floods would open a socket for each that is closed, one a second (`CONNECT_LIMIT`).
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.session import Session

from shared.auth.identity import Identity
from shared.aws.one_connection import Close, close_connection
from shared.protocol.refusals import Refusal
from shared.rate import Bucket
from shared.settings import Settings, Text, load
from shared.stores.connections import Connection, Connections
from shared.stores.users import Users

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

WAIT_MS = 30_000
# Never empty: what is taken from it moves on until when `CONNECT_LIMIT` is spent, and is never refused.
_WITHOUT_END = Bucket(burst=1_000_000, every_ms=WAIT_MS)


class ExpellingSettings(Settings):
    """Tables that tell whose a connection is, and keep how often its user may open one."""

    connections_table: Text
    users_table: Text


def expelling_of(environ: Mapping[str, str], session: Session, dynamodb: "DynamoDBClient") -> Close:
    """Return what expels connections of this environment. Raises ConfigurationError."""
    settings = load(ExpellingSettings, environ)
    return expelling(
        close_connection(environ, session),
        Connections(dynamodb, settings.connections_table),
        Users(dynamodb, settings.users_table),
    )


def expelling(
    close: Close, connections: Connections, users: Users, clock: Callable[[], float] = time.time
) -> Close:
    """Return what closes a connection and has its user's next one wait `WAIT_MS` longer.

    An honest user, expelled once by mistake, comes back at once: there is a burst of handshakes to spend.

    Args:
        close: closes one connection.
        connections: tell whose it is.
        users: keep how often they may open one.
        clock: in seconds, since the epoch.
    """

    def expel(connection_id: str) -> None:
        now = clock()
        connection: Connection | None = None
        with suppress(Refusal):  # the table is busy: then it is closed, no more
            connection = connections.find(connection_id, int(now))  # before its end takes it out
        close(connection_id)
        if connection is None:
            return
        with suppress(Refusal):  # they may open none as it is
            user = Identity(connection.user_id, connection.username)
            users.spend(user, "connects", _WITHOUT_END, int(now * 1000))

    return expel
