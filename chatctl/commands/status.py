"""`chatctl status`: the health of a deployment on one screen."""

import time
from datetime import UTC, datetime

from chatctl.access import (
    DeploymentOptions,
    JsonOption,
)
from chatctl.health import WINDOW_MINUTES, Health, read_health
from chatctl.terminal import write, write_json, write_table
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
        write_json(health.model_dump(mode="json"))
    else:
        write_health(health)


def write_health(health: Health) -> None:
    """Write one screen; what is wrong comes first."""
    if health.alarms_on:
        write((f"{len(health.alarms_on)} of {health.alarms} alarms are on", "bold red"), f"  {health.prefix}")
        for alarm in health.alarms_on:
            write("  ", (alarm.name, "red"), f" since {alarm.since}: {alarm.description}")
    else:
        write((f"all {health.alarms} alarms are quiet", "bold green"), f"  {health.prefix}")
    write_table(
        ("queue", "waiting", "in flight", "delayed"),
        [(queue.name, queue.waiting, queue.in_flight, queue.delayed) for queue in health.queues],
    )
    write(
        f"last {WINDOW_MINUTES} min: {_figure(health.accepted)} messages accepted,"
        f" {_figure(health.delivered)} deliveries, {_figure(health.failed)} failed posts,"
        f" lag p99 {'unknown' if health.lag_p99_ms is None else f'{health.lag_p99_ms:.0f} ms'}"
    )
    if health.dead_letters:
        write((f"{health.dead_letters} dead letters", "bold red"), ": `chatctl dlq list`")


def _figure(value: float | None) -> str:
    return "no" if value is None else f"{value:.0f}"
