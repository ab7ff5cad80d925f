"""Removes what rooms keep no longer; its schedule calls it every hour."""

import os
import time
from collections.abc import Mapping
from typing import Any

from services.history.retention import Keeper, apply_retention
from shared.aws.clients import aws_session, dynamodb_client
from shared.observability import Event, Handler, observability
from shared.settings import Settings, Text, load
from shared.stores.old_entries import OldEntries
from shared.stores.retentions import Retentions


class RetentionSettings(Settings):
    """Tables that retention needs."""

    messages_table: Text
    rooms_table: Text


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(RetentionSettings, environ)
    dynamodb = dynamodb_client(aws_session(), environ)
    keeper = Keeper(
        retentions=Retentions(dynamodb, settings.rooms_table),
        entries=OldEntries(dynamodb, settings.messages_table, settings.rooms_table),
        now=time.time,
        sleep=time.sleep,
    )
    observe = observability("history")

    def handle(_event: Event, _context: Any) -> None:
        run = apply_retention(keeper)
        for failure in run.broken:
            observe.failed("room not walked through", failure)
        if run.removed or run.failed or run.unfinished:
            observe.count("EntriesExpired", run.removed)
            observe.logger.info("retention applied", failed=run.failed, unfinished=run.unfinished)
        if run.broken:  # told by `schedule-failures`: no client is there to notice
            raise run.broken[0]

    return observe.observed(handle)


handler = build(os.environ)
