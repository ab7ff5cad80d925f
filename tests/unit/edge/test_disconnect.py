"""A client leaves a real socket: the function is told how, and harms nobody if it fails or is not there."""

import asyncio
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect

from infra.edge.events import Event
from infra.edge.server import Edge
from tests.unit.edge.conftest import ROUTES, Functions, StartEdge, heard


@pytest.mark.parametrize(
    ("code", "reason", "told"),
    [
        (1000, "", (1000, "Connection Closed Normally")),
        (4001, "signed out", (4001, "signed out")),
        (1001, "tab closed", (1001, "tab closed")),
    ],
)
async def test_the_function_is_told_how_the_client_closed(
    edge: Edge, functions: Functions, code: int, reason: str, told: tuple[int, str]
) -> None:
    async with connect(edge.websocket_url) as client:
        await client.close(code, reason)

    context = (await functions.event("disconnect"))["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == told


async def test_a_lost_tcp_connection_is_1006(edge: Edge, functions: Functions) -> None:
    async with connect(edge.websocket_url) as client:
        client.transport.abort()
        context = (await functions.event("disconnect"))["requestContext"]

    assert context["disconnectStatusCode"] == 1006


async def test_a_client_that_leaves_while_connect_decides_is_disconnected_too(
    edge: Edge, functions: Functions
) -> None:
    left = asyncio.Event()

    async def wait_until_the_client_left(_event: Event) -> object:
        await left.wait()
        return {"statusCode": 200}

    functions.answers["connect"] = wait_until_the_client_left
    parts = urlsplit(edge.websocket_url)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        b"GET /local HTTP/1.1\r\nHost: edge\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    connected = await functions.event("connect")
    writer.close()
    await writer.wait_closed()
    left.set()

    gone = await functions.event("disconnect")
    assert gone["requestContext"]["connectionId"] == connected["requestContext"]["connectionId"]


async def test_a_failing_disconnect_function_harms_nobody(edge: Edge, functions: Functions) -> None:
    functions.returns("disconnect", None)
    async with connect(edge.websocket_url):
        pass
    await functions.event("disconnect")

    async with connect(edge.websocket_url) as client:
        await client.send('{"action":"ask"}')
        assert await heard(client) == ""


async def test_without_a_disconnect_route_a_client_may_leave(start_edge: StartEdge) -> None:
    async with start_edge(routes={"$default": ROUTES["$default"]}) as edge:
        async with connect(edge.websocket_url):
            pass
        assert edge.stats["invocations"] == 0
