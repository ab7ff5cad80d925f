"""What closes a real socket: frames that are too large or binary, silence, and age."""

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close

from infra.edge import server
from infra.edge.server import Edge
from tests.unit.edge.conftest import PATIENCE_SECONDS, Functions, StartEdge, closing


async def test_a_message_of_exactly_one_frame_is_accepted(edge: Edge, functions: Functions) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send("x" * 32 * 1024)
        assert len((await functions.event("default"))["body"]) == 32 * 1024


async def test_a_larger_frame_closes_with_1009(edge: Edge, functions: Functions) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send("x" * (32 * 1024 + 1))
        assert (await closing(client)).code == 1009
    assert (await functions.event("disconnect"))["requestContext"]["disconnectStatusCode"] == 1009


async def test_a_message_in_frames_is_put_together_up_to_its_own_limit(
    edge: Edge, functions: Functions
) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send(["x" * 32 * 1024] * 4)
        assert len((await functions.event("default"))["body"]) == 128 * 1024


async def test_a_larger_message_closes_with_1009(edge: Edge) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send(["x" * 32 * 1024] * 4 + ["x"])
        assert (await closing(client)).code == 1009


async def test_a_binary_frame_closes_with_1003(edge: Edge, functions: Functions) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send(b"binary")
        assert (await closing(client)).code == 1003
    assert functions.calls("default") == 0


async def test_an_idle_connection_closes_with_1001(start_edge: StartEdge, functions: Functions) -> None:
    async with (
        start_edge(limits={"idle_seconds": 0.1}) as edge,
        connect(edge.websocket_url) as client,
    ):
        assert await closing(client) == Close(1001, "Going away")
        context = (await functions.event("disconnect"))["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1001, "Going away")


async def test_pings_keep_a_connection_open_until_its_full_duration(start_edge: StartEdge) -> None:
    pongs = 0

    async def ping_on() -> None:
        nonlocal pongs
        while True:
            await (await client.ping())
            pongs += 1
            await asyncio.sleep(0.05)

    async with (
        start_edge(limits={"idle_seconds": 0.5, "connection_seconds": 1.5}) as edge,
        connect(edge.websocket_url, ping_interval=None) as client,
    ):
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(ping_on(), PATIENCE_SECONDS)
        assert await closing(client) == Close(1001, "Going away")

    assert pongs > 10  # more than fit into one idle time


async def test_who_talks_on_while_being_closed_is_cut_off_before_the_time_for_it_is_over(
    start_edge: StartEdge, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CLOSING_HANDSHAKE_SECONDS", 60 * PATIENCE_SECONDS)
    async with start_edge(limits={"connection_seconds": 0.2}) as edge:
        client = await connect(edge.websocket_url, ping_interval=None)
        client.transport.pause_reading()  # it does not even look at the close frame
        masked_hello = b"\x81\x85" + bytes(4) + b"hello"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not client.transport.is_closing():
                client.transport.write(100 * masked_hello)
                await asyncio.sleep(0)
            await functions.event("disconnect")
