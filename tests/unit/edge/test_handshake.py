"""Who is let in over real sockets, and with which sub-protocol."""

import asyncio
from urllib.parse import urlsplit

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from infra.edge.server import Edge
from tests.unit.edge.conftest import ROUTES, Functions, StartEdge, refused_with


async def test_connect_is_asked_and_the_socket_opens(edge: Edge, functions: Functions) -> None:
    async with connect(f"{edge.websocket_url}?userId=u1", user_agent_header="test/1"):
        event = await functions.event("connect")

    assert event["queryStringParameters"] == {"userId": "u1"}
    assert event["requestContext"]["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "test/1"}
    assert edge.stats["handshakes.101"] == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 302])
async def test_a_status_of_connect_refuses_the_handshake(
    edge: Edge, functions: Functions, status: int
) -> None:
    functions.returns("connect", {"statusCode": status, "body": "not forwarded"})

    assert await refused_with(edge) == (status, b"")


async def test_a_connect_function_that_gives_no_response_is_a_bad_gateway(
    edge: Edge, functions: Functions
) -> None:
    functions.returns("connect", None)

    assert await refused_with(edge) == (502, b'{"message": "Internal server error"}')


async def test_a_connect_function_that_takes_too_long_is_a_gateway_timeout(
    start_edge: StartEdge, functions: Functions
) -> None:
    functions.answers["connect"] = lambda _: asyncio.Event().wait()

    async with start_edge(limits={"integration_seconds": 0.05}) as edge:
        assert await refused_with(edge) == (504, b'{"message": "Endpoint request timed out"}')


async def test_a_refused_client_gets_no_disconnect(edge: Edge, functions: Functions) -> None:
    functions.returns("connect", {"statusCode": 401})
    await refused_with(edge)
    functions.returns("connect", {"statusCode": 200})
    async with connect(edge.websocket_url):
        pass

    await functions.event("disconnect")
    assert functions.calls("connect") == 2
    assert functions.calls("disconnect") == 0


@pytest.mark.parametrize("path", ["/", "/other", "/local/deeper"])
async def test_another_path_than_the_stage_is_forbidden(edge: Edge, functions: Functions, path: str) -> None:
    parts = urlsplit(edge.websocket_url)
    with pytest.raises(InvalidStatus) as refusal:
        await connect(f"ws://{parts.netloc}{path}")

    assert refusal.value.response.status_code == 403
    assert functions.calls("connect") == 0


async def test_a_plain_http_request_is_told_to_upgrade(
    edge: Edge, functions: Functions, http: aiohttp.ClientSession
) -> None:
    async with http.get(edge.websocket_url.replace("ws:", "http:")) as response:
        assert response.status == 426
    assert functions.calls("connect") == 0


async def test_the_sub_protocol_is_the_one_connect_names(edge: Edge, functions: Functions) -> None:
    functions.returns(
        "connect",
        {"statusCode": 200, "headers": {"sec-websocket-protocol": "chat.v2", "X-Other": "dropped"}},
    )
    offered = [Subprotocol("chat.v2"), Subprotocol("bearer.token")]
    async with connect(edge.websocket_url, subprotocols=offered) as client:
        assert client.subprotocol == "chat.v2"
        assert client.response is not None
        assert "X-Other" not in client.response.headers


async def test_without_a_header_from_connect_no_sub_protocol_is_echoed(edge: Edge) -> None:
    async with connect(edge.websocket_url, subprotocols=[Subprotocol("chat.v2")]) as client:
        assert client.subprotocol is None


async def test_without_a_connect_route_every_client_may_in(
    start_edge: StartEdge, functions: Functions
) -> None:
    async with start_edge(routes={"$default": ROUTES["$default"]}) as edge, connect(edge.websocket_url):
        assert functions.calls("connect") == 0


async def test_compression_is_not_negotiated(edge: Edge) -> None:
    async with connect(edge.websocket_url, compression="deflate") as client:
        assert client.response is not None
        assert "Sec-WebSocket-Extensions" not in client.response.headers
