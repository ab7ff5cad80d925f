"""`chatctl watch`: `status`, again and again."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from infra.chatctl.operate.health import read_health
from infra.chatctl.operate.site import (
    Where,
)
from infra.chatctl.operate.status import print_health
from infra.topology_file import load_topology


def watch(
    *,
    interval: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 5,
    where: Where,
) -> None:
    """Show `status` anew every few seconds until Ctrl-C."""
    topology = load_topology()
    site = where.site(topology)
    console = Console(highlight=False)
    try:
        while True:
            now = datetime.now(UTC)
            health = read_health(site, topology, now)
            console.clear()
            console.print(now.astimezone().strftime("%H:%M:%S"))
            print_health(health, console)
            time.sleep(interval)
    except KeyboardInterrupt:
        return
