"""`chatctl trace`: the way of one message, from the functions' logs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from chatctl.access import (
    DeploymentAccess,
    DeploymentOptions,
    JsonOption,
)
from chatctl.terminal import write, write_json
from infra.errors import CommandError
from infra.topology.file import load_topology
from shared.uuid7 import epoch_ms_of

TRACED_FUNCTIONS = ("send-message", "sweeper", "fanout")  # whose lines bear a `messageId`
MESSAGE_ID_VERSION = 7  # of UUIDs: they begin with the time at which the message was accepted
HOUR_MS = 3_600_000
CLOCK_MARGIN_MS = 60_000  # the clocks of a function and of the logs are not one
HIDDEN_FIELDS = {
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "messageId",
    "awsRequestId",
    "xray_trace_id",
}


def trace(
    message_id: Annotated[str, typer.Argument(help="The `messageId` of a chat message.")],
    *,
    hours: Annotated[int, typer.Option(min=1, help="Hours of the logs to read, from the message on.")] = 24,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """Show what became of a message: accepted, delivered to how many, who is left and why."""
    since = _time_of(message_id)
    access = options.open(load_topology())
    steps = find_steps(access, message_id, since, since + hours * HOUR_MS)
    if not steps:
        raise CommandError(f"no log of {access.prefix} speaks of {message_id} within {hours} h")
    if as_json:
        write_json(steps)
        return
    for step in steps:
        write(in_one_line(step))


def find_steps(access: DeploymentAccess, message_id: str, since: int, until: int) -> list[dict[str, Any]]:
    """Return the log lines about a message, oldest first.

    Args:
        access: the deployment.
        message_id: the message's id.
        since: epoch ms of the first line to read.
        until: epoch ms of the last: the logs of a busy environment are long.

    Returns:
        The JSON of each line with `function` and `at` (epoch ms).
    """
    steps = [
        step
        for function in TRACED_FUNCTIONS
        for step in _lines(access, access.functions[function], message_id, since, until)
    ]
    return sorted(steps, key=lambda step: int(step["at"]))


def in_one_line(step: dict[str, Any]) -> str:
    """Time, function, what happened, and its fields, those that are empty left out."""
    at = datetime.fromtimestamp(step["at"] / 1000, UTC).isoformat(timespec="milliseconds")
    fields = " ".join(
        f"{name}={json.dumps(value)}"
        for name, value in step.items()
        if name not in HIDDEN_FIELDS | {"function", "at"} and value not in (0, [], None)
    )
    return f"{at}  {step['function']}  {step['message']}  {fields}"


def _time_of(message_id: str) -> int:
    try:
        identifier = UUID(message_id)
    except ValueError:
        identifier = UUID(int=0)
    if identifier.version != MESSAGE_ID_VERSION:
        raise CommandError(f"{message_id!r} is not a messageId: those are UUIDs of version 7")
    return epoch_ms_of(identifier) - CLOCK_MARGIN_MS


def _lines(
    access: DeploymentAccess, function: str, message_id: str, since: int, until: int
) -> Iterator[dict[str, Any]]:
    logs = access.clients.logs
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{function}",
        startTime=since,
        endTime=until,
        filterPattern=f'"{message_id}"',
    )
    try:
        for page in pages:
            for event in page["events"]:
                line = _json(event["message"])
                if line.get("messageId") == message_id:
                    yield line | {"function": function, "at": event["timestamp"]}
    except logs.exceptions.ResourceNotFoundException:
        return  # a function that never ran has no log group


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
