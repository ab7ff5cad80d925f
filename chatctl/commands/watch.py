"""`chatctl watch`: `status`, again and again."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from chatctl.access import (
    DeploymentOptions,
)
from chatctl.commands.status import write_health
from chatctl.health import read_health
from chatctl.terminal import clear, write
from infra.topology.file import load_topology


def watch(
    *,
    interval: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 5,
    options: DeploymentOptions,
) -> None:
    """Show `status` anew every few seconds until Ctrl-C."""
    topology = load_topology()
    access = options.open(topology)
    try:
        while True:
            now = datetime.now(UTC)
            health = read_health(access, topology, now)
            clear()
            write(now.astimezone().strftime("%H:%M:%S"))
            write_health(health)
            time.sleep(interval)
    except KeyboardInterrupt:
        return
