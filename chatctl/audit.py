"""Who changed what, when and why."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chatctl.access import DeploymentAccess
from chatctl.terminal import write

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient


def audit(
    access: DeploymentAccess, what: str, details: Mapping[str, object], why: str, now: float | None = None
) -> None:
    """Write one JSON line to stderr and to the log group of the audit. `now` is in epoch seconds."""
    now = time.time() if now is None else now
    line = json.dumps(
        {
            "audit": what,
            "when": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
            "who": access.operator,
            "where": access.prefix,
            "why": why,
            **details,
        }
    )
    write(line, to_stderr=True)
    _store(access.clients.logs, access.deployment.audit_log_group, line, int(now * 1000))


def _store(logs: CloudWatchLogsClient, group: str, line: str, now_ms: int) -> None:
    stream = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d")
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    logs.put_log_events(
        logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": now_ms, "message": line}]
    )
