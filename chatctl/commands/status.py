"""`chatctl status`: the health of a deployment on one screen."""

import time
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from chatctl.access import (
    DeploymentOptions,
    JsonOption,
)
from chatctl.health import WINDOW_MINUTES, Health, read_health
from infra.topology.file import load_topology


def status(
    *,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """Show queues, dead letters, alarms, traffic and lag."""
    topology = load_topology()
    access = options.open(topology)
    health = read_health(access, topology, datetime.fromtimestamp(time.time(), UTC))
    if as_json:
        print(health.model_dump_json(indent=2))
    else:
        print_health(health, Console(highlight=False))


def print_health(health: Health, console: Console) -> None:
    """One screen; what is wrong comes first."""
    if health.alarms_on:
        console.print(
            f"[bold red]{len(health.alarms_on)} of {health.alarms} alarms are on[/]  {health.prefix}"
        )
        for alarm in health.alarms_on:
            console.print(f"  [red]{alarm.name}[/] since {alarm.since}: {alarm.description}", soft_wrap=True)
    else:
        console.print(f"[bold green]all {health.alarms} alarms are quiet[/]  {health.prefix}")
    table = Table("queue", "waiting", "in flight", "delayed", box=None)
    for queue in health.queues:
        table.add_row(queue.name, str(queue.waiting), str(queue.in_flight), str(queue.delayed))
    console.print(table)
    console.print(
        f"last {WINDOW_MINUTES} min: {_figure(health.accepted)} messages accepted,"
        f" {_figure(health.delivered)} deliveries, {_figure(health.failed)} failed posts,"
        f" lag p99 {'unknown' if health.lag_p99_ms is None else f'{health.lag_p99_ms:.0f} ms'}",
        soft_wrap=True,
    )
    if health.dead_letters:
        console.print(f"[bold red]{health.dead_letters} dead letters[/]: `chatctl dlq list`")


def _figure(value: float | None) -> str:
    return "no" if value is None else f"{value:.0f}"
