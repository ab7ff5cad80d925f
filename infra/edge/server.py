"""Starts and stops an edge, as a process or inside a test."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from aiohttp import web
from websockets.asyncio.server import Server, serve

from infra.edge.admin import answer_admin
from infra.edge.callback import Callback, answer_callback
from infra.edge.connection import ClientConnection
from infra.edge.faults import FaultSwitches
from infra.edge.gateway import Gateway
from infra.edge.integration import Invoke
from infra.edge.origin import is_from_a_page
from infra.edge.settings import EdgeSettings

HOST = "127.0.0.1"  # the admin requests and an unverified @connections must never be reachable from outside
CLOSING_HANDSHAKE_SECONDS = 2.0  # how long a client may take to answer a close frame
# Together under the second within which the edge promises to stop.
STOP_CLOSING_SECONDS = 0.4
STOP_DISCONNECT_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Edge:
    """A running edge: `websocket_url` for clients, `callback_url` for the back end, `admin_url` for tests."""

    websocket_url: str
    callback_url: str
    admin_url: str
    faults: FaultSwitches
    stats: Counter[str]


@asynccontextmanager
async def serve_edge(
    settings: EdgeSettings,
    invoke: Invoke,
    *,
    port: int = 0,
    callback_port: int = 0,
    on_closing: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Edge]:
    """Serve until the block ends; port 0 takes a free one.

    `on_closing` is told of each connection that the edge begins to close.

    At the end clients are closed with 1001 and `$disconnect` is called for each, as far as a second allows.

    Raises:
        OSError: a port is taken.
    """
    stats: Counter[str] = Counter()
    gateway = Gateway(settings, invoke, stats, on_closing)
    callback = Callback(settings, gateway, FaultSwitches(), stats)
    async with (
        _websockets(settings, gateway, port) as websocket_port,
        _http(callback, callback_port) as http_port,
    ):
        yield Edge(
            websocket_url=f"ws://{HOST}:{websocket_port}/{settings.stage}",
            callback_url=f"http://{HOST}:{http_port}/{settings.stage}",
            admin_url=f"http://{HOST}:{http_port}/_edge",
            faults=callback.faults,
            stats=stats,
        )


@asynccontextmanager
async def _websockets(settings: EdgeSettings, gateway: Gateway, port: int) -> AsyncIterator[int]:
    # `serve` types its hooks by ServerConnection, though `create_connection` decides what they get.
    handler, admit, name_sub_protocol = cast(
        "tuple[Any, Any, Any]", (gateway.serve, gateway.admit, gateway.name_sub_protocol)
    )
    server = await serve(
        handler,
        HOST,
        port,
        create_connection=ClientConnection,
        process_request=admit,
        process_response=name_sub_protocol,
        compression=None,
        server_header=None,
        open_timeout=settings.limits.integration_seconds + CLOSING_HANDSHAKE_SECONDS,
        ping_interval=None,
        close_timeout=CLOSING_HANDSHAKE_SECONDS,
        max_size=(settings.limits.message_bytes, settings.limits.frame_bytes),
        backlog=1024,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await _close(server)
        await gateway.finish(STOP_DISCONNECT_SECONDS)


async def _close(server: Server) -> None:
    server.close()
    try:
        async with asyncio.timeout(STOP_CLOSING_SECONDS):
            await server.wait_closed()
    except TimeoutError:
        for connection in list(server.all_connections):
            connection.transport.abort()
        for task in list(server.handler_tasks):
            task.cancel()


@asynccontextmanager
async def _http(callback: Callback, port: int) -> AsyncIterator[int]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if is_from_a_page(request.headers):
            return web.json_response({"message": "Forbidden"}, status=HTTPStatus.FORBIDDEN)
        if request.raw_path.startswith(("/_edge/", "/health")):
            return await answer_admin(callback, request)
        return await answer_callback(callback, request)

    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port, backlog=1024).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
