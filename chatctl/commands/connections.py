"""`chatctl connections`: who is connected; close one."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatctl.access import (
    DeploymentAccess,
    DeploymentOptions,
    JsonOption,
    callback_url,
)
from chatctl.audit import audit
from chatctl.confirm import WhyOption, YesOption, confirm
from chatctl.duration import in_words
from chatctl.membership import everyone
from chatctl.option_groups import flatten_options
from chatctl.scan_cost import agree_to_scan
from chatctl.terminal import FIRST_ROWS, write, write_first, write_json
from infra.topology.file import load_topology
from shared.stores.connections import Connection

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

app = typer.Typer(no_args_is_help=True, help="List who is connected; close a connection.")


@app.command("list")
@flatten_options
def list_connections(
    *,
    room: Annotated[str | None, typer.Option(help="Only in this room.")] = None,
    user: Annotated[str | None, typer.Option(help="Only of the user with this id or name.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Maximum rows.")] = FIRST_ROWS,
    yes: YesOption = False,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """List connections, the oldest first, once a room; asks before it reads a large table."""
    access = options.open(load_topology())
    agree_to_scan(access.clients.dynamodb, f"{access.prefix}-connections", yes)
    found = sorted(
        (
            each
            for each in everyone(access.clients.dynamodb, f"{access.prefix}-connections", int(time.time()))
            if room in (None, each.room_id) and user in (None, each.user_id, each.username)
        ),
        key=lambda each: each.connected_at,
    )
    if as_json:
        write_json([_told(each) for each in found[:limit]])
    elif found:
        write_first(
            limit,
            ("connection", "user", "name", "room", "since", "protocol"),
            [_row(each) for each in found],
            whole=("connection",),
        )
    else:
        write("no connections")


@app.command("close")
@flatten_options
def close_connection(
    connection_id: Annotated[str, typer.Argument(help="As `list` gives it.")],
    *,
    why: WhyOption,
    yes: YesOption = False,
    options: DeploymentOptions,
) -> None:
    """Close a connection. Its client connects again and catches up from history."""
    access = options.open(load_topology())
    callback = _callback_client(access)
    confirm(f"close {connection_id} in {access.prefix}?", yes)
    audit(access, "connections close", {"connectionId": connection_id}, why)
    try:
        callback.delete_connection(ConnectionId=connection_id)
    except callback.exceptions.GoneException:
        write("was gone already")
        return
    write("closed")


def _callback_client(access: DeploymentAccess) -> "ApiGatewayManagementApiClient":
    """Return `@connections`, at the address that the fan-out uses."""
    address = callback_url(access.clients, access.functions["fanout"])
    return access.clients.callback(address)


def _row(connection: Connection) -> tuple[str, ...]:
    since = in_words(time.time() * 1000 - connection.connected_at)
    return (
        connection.connection_id,
        connection.user_id,
        connection.username,
        connection.room_id,
        since,
        connection.protocol,
    )


def _told(connection: Connection) -> dict[str, Any]:
    return {
        "connectionId": connection.connection_id,
        "userId": connection.user_id,
        "username": connection.username,
        "roomId": connection.room_id,
        "connectedAt": connection.connected_at,
        "protocol": connection.protocol,
    }
