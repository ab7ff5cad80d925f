"""`chatctl watch`: `status`, again and again."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from chatctl.access import (
    DeploymentOptions,
)
from chatctl.commands.status import print_health
from chatctl.health import read_health
from infra.topology.file import load_topology


def watch(
    *,
    interval: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 5,
    options: DeploymentOptions,
) -> None:
    """Show `status` anew every few seconds until Ctrl-C."""
    topology = load_topology()
    access = options.open(topology)
    console = Console(highlight=False)
    try:
        while True:
            now = datetime.now(UTC)
            health = read_health(access, topology, now)
            console.clear()
            console.print(now.astimezone().strftime("%H:%M:%S"))
            print_health(health, console)
            time.sleep(interval)
    except KeyboardInterrupt:
        return
