"""`chatctl rooms`: the rooms with somebody in them."""

import json
import time
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chatctl.access import (
    DeploymentOptions,
    JsonOption,
)
from chatctl.membership import everyone, rooms_of
from infra.topology.file import load_topology


def rooms(
    *,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """List the rooms with the most connections. Reads the whole connections table."""
    access = options.open(load_topology())
    connections = everyone(access.clients.dynamodb, f"{access.prefix}-connections", int(time.time()))
    found = rooms_of(connections, len(access.queue_urls["shard"]))
    if as_json:
        print(
            json.dumps(
                [
                    {"roomId": room.room_id, "connections": room.connections, "shard": room.shard}
                    for room in found[:limit]
                ],
                indent=2,
            )
        )
        return
    table = Table("room", "connections", "shard", box=None)
    for room in found[:limit]:
        table.add_row(*map(str, asdict(room).values()))
    console = Console(highlight=False)
    console.print(table if found else "nobody is connected", soft_wrap=True)
    if len(found) > limit:
        console.print(f"and {len(found) - limit} more")
