"""`chatctl watch`: `status`, again and again."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from infra.chatctl.operate.health import read_health
from infra.chatctl.operate.site import (
    DEFAULT_STATE_DIR,
    LOCAL,
    EnvOption,
    ProfileOption,
    RegionOption,
    StateDirOption,
    find_site,
)
from infra.chatctl.operate.status import print_health
from infra.topology_file import load_topology


def watch(
    *,
    interval: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 5,
    env: EnvOption = LOCAL,
    profile: ProfileOption = None,
    region: RegionOption = None,
    state_dir: StateDirOption = DEFAULT_STATE_DIR,
) -> None:
    """Show `status` anew every few seconds until Ctrl-C."""
    topology = load_topology()
    site = find_site(topology, env, profile, region, state_dir)
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
