"""`chatctl abuse`: who sends most, who is refused most, who was banned, what was reported."""

import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from chatctl.abuse import EVENTS_LIMIT, REPORTS_LIMIT, find_abuse
from chatctl.access import DeploymentOptions, JsonOption
from chatctl.duration import parse_duration
from chatctl.terminal import write, write_json, write_table
from infra.topology.file import load_topology


def abuse(
    *,
    since: Annotated[str, typer.Option(help="How far back messages and refusals are counted.")] = "15m",
    verdicts_since: Annotated[str, typer.Option(help="How far back bans and sign-outs are listed.")] = "30d",
    limit: Annotated[int, typer.Option(min=1, help="Maximum rows of each table.")] = 10,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """Show who sends most, who is refused most, who was banned, and what was reported in 90 days."""
    access = options.open(load_topology())
    now = int(time.time() * 1000)
    found = find_abuse(access, now - parse_duration(since), now - parse_duration(verdicts_since), limit)
    if as_json:
        write_json(asdict(found))
        return
    write(f"messages in {since}")
    write_table(("user", "messages"), found.talkers, whole=("user",))
    write(f"refusals in {since}")
    write_table(
        ("user or connection", "code", "frames"), [tuple(asdict(each).values()) for each in found.refused]
    )
    write(f"bans and sign-outs in {verdicts_since}")
    verdicts = [
        [each.get(name, "") for name in ("when", "audit", "userId", "who", "why")] for each in found.verdicts
    ]
    write_table(("when", "what", "user", "by", "why"), verdicts)
    write("reports")
    reports = [
        (_moment(each.created_at), each.room_id, each.sort_key, each.author, each.created_by, each.reason)
        for each in found.reports
    ]
    write_table(("when", "room", "message", "author", "by", "why"), reports, whole=("message",))
    if found.partial:
        limits = f"{EVENTS_LIMIT:,} lines of a log or {REPORTS_LIMIT:,} reports"
        write(f"there is more than the {limits} that were read: ask for less time")


def _moment(epoch_ms: int) -> str:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="seconds")
