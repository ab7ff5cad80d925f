"""Closes connections whose tokens have expired; its schedule calls it every minute."""

import os
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.ingest.expiring import Closer, close_expired
from shared.aws.clients import aws_session, dynamodb_client
from shared.aws.one_connection import close_connection
from shared.observability import Event, Handler, observability
from shared.settings import Settings, Text, load
from shared.stores.connections import Connections
from shared.stores.expiries import Expiries

_AT_ONCE = 8  # below botocore's pool of 10 connections


class CloseExpiredSettings(Settings):
    """Tables that closing needs."""

    connections_table: Text
    expiries_table: Text


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(CloseExpiredSettings, environ)
    session = aws_session()
    dynamodb = dynamodb_client(session, environ)
    closer = Closer(
        expiries=Expiries(dynamodb, settings.expiries_table),
        connections=Connections(dynamodb, settings.connections_table),
        close=close_connection(environ, session),
        executor=ThreadPoolExecutor(_AT_ONCE),
        now=time.time,
        sleep=time.sleep,
    )
    observe = observability("ingest")

    def handle(_event: Event, _context: Any) -> None:
        run = close_expired(closer)
        if endings := Counter(run.endings):
            observe.count("ExpiredConnectionsClosed", endings["closed"])
            observe.logger.info("connections ended", endings=dict(endings))
        for failure in run.broken:
            observe.failed("expired connection not closed", failure)
        if run.broken:  # told by `schedule-failures`
            raise run.broken[0]

    return observe.observed(handle)


handler = build(os.environ)
