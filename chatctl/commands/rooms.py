"""`chatctl rooms`: the rooms with somebody in them."""

import time
from dataclasses import asdict
from typing import Annotated

import typer

from chatctl.access import (
    DeploymentOptions,
    JsonOption,
)
from chatctl.confirm import YesOption
from chatctl.membership import everyone, rooms_of
from chatctl.scan_cost import agree_to_scan
from chatctl.terminal import FIRST_ROWS, write, write_first, write_json
from infra.topology.file import load_topology


def rooms(
    *,
    limit: Annotated[int, typer.Option(min=1, help="Maximum rows.")] = FIRST_ROWS,
    yes: YesOption = False,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """List the rooms with the most connections; asks before it reads a large table."""
    access = options.open(load_topology())
    table = f"{access.prefix}-connections"
    agree_to_scan(access.clients.dynamodb, table, yes)
    connections = everyone(access.clients.dynamodb, table, int(time.time()))
    found = rooms_of(connections, len(access.queue_urls["shard"]))
    if as_json:
        write_json(
            [
                {"roomId": room.room_id, "connections": room.connections, "shard": room.shard}
                for room in found[:limit]
            ]
        )
        return
    if not found:
        write("nobody is connected")
        return
    write_first(limit, ("room", "connections", "shard"), [tuple(asdict(room).values()) for room in found])
