"""`chatctl tail`: what the functions log, merged."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from chatctl.access import (
    DeploymentOptions,
    JsonOption,
)
from chatctl.duration import in_words, parse_duration
from chatctl.terminal import write, write_json
from infra.errors import CommandError
from infra.topology.file import load_topology

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient

INTERVAL_SECONDS = 2.0
LATE_MS = 10_000  # CloudWatch shows a line some seconds after it was written
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# What a line's head shows or nobody reads.
_HEAD = {"level", "message", "timestamp", "service", "location", "cold_start", "xray_trace_id"}

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


@dataclass(frozen=True)
class Line:
    """A log line of a function. `at` is epoch ms."""

    at: int
    function: str
    fields: dict[str, Any]

    def shown(self) -> str:
        """Return the line as the terminal shows it."""
        moment = datetime.fromtimestamp(self.at / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
        details = " ".join(
            f"{name}={value}"
            for name, value in self.fields.items()
            if name not in _HEAD and value not in (None, [])
        )
        level, message = self.fields["level"], self.fields.get("message")
        return f"{moment} {self.function:<13} {level:<8} {message} {details}"


class Lines:
    """Reads the lines of functions from their log groups, each line once.

    `functions` are full names by the topology's. Lines that are none of our loggers' (START, REPORT, EMF) are
    left out.
    """

    def __init__(self, logs: CloudWatchLogsClient, functions: dict[str, str], since: int) -> None:
        self._logs = logs
        self._functions = functions
        self._since = since
        self._seen: dict[str, int] = {}

    def new(self) -> list[Line]:
        """Return what came since the last call, oldest first."""
        found = [line for name in self._functions for line in self._new_of(name)]
        latest = max(self._seen.values(), default=self._since)
        self._since = max(self._since, latest - LATE_MS)
        self._seen = {event: at for event, at in self._seen.items() if at >= self._since}
        return sorted(found, key=lambda line: line.at)

    def _new_of(self, name: str) -> Iterator[Line]:
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{self._functions[name]}", startTime=self._since
        )
        try:
            for page in pages:
                for event in page["events"]:
                    # The emulator gives no event ids; the lines carry their invocation and moment.
                    key = f"{event['logStreamName']} {event['timestamp']} {event['message']}"
                    fields = fields_of(event["message"])
                    if key not in self._seen and fields:
                        yield Line(event["timestamp"], name, fields)
                    self._seen[key] = event["timestamp"]
        except self._logs.exceptions.ResourceNotFoundException:
            return  # never invoked yet


def fields_of(text: str) -> dict[str, Any] | None:
    """Return the fields of a line that one of our loggers wrote, None for any other line."""
    try:
        record = json.loads(text)
    except ValueError:
        return None
    return record if isinstance(record, dict) and record.get("level") in LEVELS else None


def chosen(lines: Iterable[Line], level: Level, contains: str | None) -> Iterator[Line]:
    """Return the lines of at least that level in which the text occurs."""
    least = LEVELS.index(level)
    for line in lines:
        wanted = contains is None or contains in json.dumps(line.fields, ensure_ascii=False)
        if wanted and LEVELS.index(line.fields["level"]) >= least:
            yield line


def tail(
    *,
    function: Annotated[list[str] | None, typer.Option(help="Only these functions.")] = None,
    level: Annotated[Level, typer.Option(help="Only lines of this level and above.")] = "INFO",
    contains: Annotated[
        str | None, typer.Option(help="Only lines that hold this text, such as an id.")
    ] = None,
    since: Annotated[
        int,
        typer.Option(parser=parse_duration, metavar="DURATION", help="How far back: 90s, 15m, 2h, 3d."),
    ] = "5m",  # type: ignore[assignment]  # the parser reads it
    follow: Annotated[bool, typer.Option(help="Go on until Ctrl-C.")] = True,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """Show what the functions log, merged by time."""
    access = options.open(load_topology())
    lines = Lines(access.clients.logs, _named(access.functions, function), int(time.time() * 1000) - since)

    def show() -> bool:
        found = list(chosen(lines.new(), level, contains))
        for line in found:
            told = {"at": line.at, "function": line.function, **line.fields}
            if as_json:
                write_json(told, indent=None)
            else:
                write(line.shown())
        return bool(found)

    if follow:
        _repeat(show)
    elif not show():
        # On stderr: to a script no line is no output.
        write(f"no such line was logged in the last {in_words(since)}", to_stderr=True)


def _named(functions: dict[str, str], names: Sequence[str] | None) -> dict[str, str]:
    for name in names or ():
        if name not in functions:
            raise CommandError(f"there is no function {name}; there are {', '.join(functions)}")
    return {name: full for name, full in functions.items() if not names or name in names}


def _repeat(act: Callable[[], object]) -> None:
    try:
        while True:
            act()
            time.sleep(INTERVAL_SECONDS)
    except KeyboardInterrupt:
        return
