"""The WebSocket side over real sockets."""

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Close
from websockets.typing import Subprotocol

from infra.edge.events import Event
from infra.edge.server import Edge
from tests.unit.edge.conftest import PATIENCE_SECONDS, ROUTES, Functions

StartEdge = Callable[..., AbstractAsyncContextManager[Edge]]


async def heard(client: ClientConnection) -> str:
    async with asyncio.timeout(PATIENCE_SECONDS):
        frame = await client.recv()
    assert isinstance(frame, str)
    return frame


async def closing(client: ClientConnection) -> Close:
    """The close frame the edge sends."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await client.wait_closed()
    assert client.protocol.close_rcvd is not None
    return client.protocol.close_rcvd


async def refused_with(edge: Edge, **options: Any) -> tuple[int, bytes]:
    with pytest.raises(InvalidStatus) as refusal:
        await connect(edge.websocket_url, **options)
    return refusal.value.response.status_code, bytes(refusal.value.response.body or b"")


class TestHandshake:
    async def test_connect_is_asked_and_the_socket_opens(self, edge: Edge, functions: Functions) -> None:
        async with connect(f"{edge.websocket_url}?userId=u1", user_agent_header="test/1"):
            event = await functions.event("connect")

        assert event["queryStringParameters"] == {"userId": "u1"}
        assert event["requestContext"]["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "test/1"}
        assert edge.stats["handshakes.101"] == 1

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 302])
    async def test_a_status_of_connect_refuses_the_handshake(
        self, edge: Edge, functions: Functions, status: int
    ) -> None:
        functions.returns("connect", {"statusCode": status, "body": "not forwarded"})

        assert await refused_with(edge) == (status, b"")

    async def test_a_connect_function_that_gives_no_response_is_a_bad_gateway(
        self, edge: Edge, functions: Functions
    ) -> None:
        functions.returns("connect", None)

        assert await refused_with(edge) == (502, b'{"message": "Internal server error"}')

    async def test_a_connect_function_that_takes_too_long_is_a_gateway_timeout(
        self, start_edge: StartEdge, functions: Functions
    ) -> None:
        functions.answers["connect"] = lambda _: asyncio.Event().wait()

        async with start_edge(limits={"integration_seconds": 0.05}) as edge:
            assert await refused_with(edge) == (504, b'{"message": "Endpoint request timed out"}')

    async def test_a_refused_client_gets_no_disconnect(self, edge: Edge, functions: Functions) -> None:
        functions.returns("connect", {"statusCode": 401})
        await refused_with(edge)
        functions.returns("connect", {"statusCode": 200})
        async with connect(edge.websocket_url):
            pass

        await functions.event("disconnect")
        assert functions.calls("connect") == 2
        assert functions.calls("disconnect") == 0

    @pytest.mark.parametrize("path", ["/", "/other", "/local/deeper"])
    async def test_another_path_than_the_stage_is_forbidden(
        self, edge: Edge, functions: Functions, path: str
    ) -> None:
        parts = urlsplit(edge.websocket_url)
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"ws://{parts.netloc}{path}")

        assert refusal.value.response.status_code == 403
        assert functions.calls("connect") == 0

    async def test_a_plain_http_request_is_told_to_upgrade(
        self, edge: Edge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async with http.get(edge.websocket_url.replace("ws:", "http:")) as response:
            assert response.status == 426
        assert functions.calls("connect") == 0

    async def test_the_sub_protocol_is_the_one_connect_names(self, edge: Edge, functions: Functions) -> None:
        functions.returns(
            "connect",
            {"statusCode": 200, "headers": {"sec-websocket-protocol": "chat.v2", "X-Other": "dropped"}},
        )
        offered = [Subprotocol("chat.v2"), Subprotocol("bearer.token")]
        async with connect(edge.websocket_url, subprotocols=offered) as client:
            assert client.subprotocol == "chat.v2"
            assert client.response is not None
            assert "X-Other" not in client.response.headers

    async def test_without_a_header_from_connect_no_sub_protocol_is_echoed(self, edge: Edge) -> None:
        async with connect(edge.websocket_url, subprotocols=[Subprotocol("chat.v2")]) as client:
            assert client.subprotocol is None

    async def test_without_a_connect_route_every_client_may_in(
        self, start_edge: StartEdge, functions: Functions
    ) -> None:
        async with start_edge(routes={"$default": ROUTES["$default"]}) as edge, connect(edge.websocket_url):
            assert functions.calls("connect") == 0

    async def test_compression_is_not_negotiated(self, edge: Edge) -> None:
        async with connect(edge.websocket_url, compression="deflate") as client:
            assert client.response is not None
            assert "Sec-WebSocket-Extensions" not in client.response.headers


class TestMessages:
    async def test_a_message_reaches_the_function_of_its_action(
        self, edge: Edge, functions: Functions
    ) -> None:
        async with connect(edge.websocket_url) as client:
            await client.send('{"action":"tell","data":1}')
            event = await functions.event("tell")
            connected = await functions.event("connect")

        assert event["body"] == '{"action":"tell","data":1}'
        assert event["requestContext"]["routeKey"] == "tell"
        for same in ("connectionId", "connectedAt"):
            assert event["requestContext"][same] == connected["requestContext"][same]

    async def test_an_unknown_action_reaches_the_default_function(
        self, edge: Edge, functions: Functions
    ) -> None:
        async with connect(edge.websocket_url) as client:
            await client.send("$connect? not json")
            assert (await functions.event("default"))["requestContext"]["routeKey"] == "$default"

    async def test_a_body_goes_back_where_a_route_response_is_configured(
        self, edge: Edge, functions: Functions
    ) -> None:
        functions.returns("ask", {"statusCode": 200, "body": "größe"})
        async with connect(edge.websocket_url) as client:
            await client.send('{"action":"ask"}')
            assert await heard(client) == "größe"

    async def test_a_body_goes_back_whatever_its_status(self, edge: Edge, functions: Functions) -> None:
        functions.returns("ask", {"statusCode": 500, "body": "broken"})
        async with connect(edge.websocket_url) as client:
            await client.send('{"action":"ask"}')
            assert await heard(client) == "broken"

    async def test_a_two_way_route_without_a_body_sends_an_empty_message(self, edge: Edge) -> None:
        async with connect(edge.websocket_url) as client:
            await client.send('{"action":"ask"}')
            assert await heard(client) == ""

    async def test_a_one_way_route_sends_nothing(self, edge: Edge, functions: Functions) -> None:
        functions.returns("tell", {"statusCode": 200, "body": "kept"})
        functions.returns("ask", {"statusCode": 200, "body": "answer"})
        async with connect(edge.websocket_url) as client:
            await client.send('{"action":"tell"}')
            await functions.event("tell")
            await client.send('{"action":"ask"}')
            assert await heard(client) == "answer"

    async def test_messages_of_one_connection_are_handled_side_by_side(
        self, edge: Edge, functions: Functions
    ) -> None:
        second_came = asyncio.Event()

        async def answer(event: Event) -> object:
            if "first" in event["body"]:
                await second_came.wait()
            second_came.set()
            return {"statusCode": 200, "body": event["body"]}

        functions.answers["default"] = answer
        async with connect(edge.websocket_url) as client:
            await client.send("first")
            await client.send("second")
            assert {await heard(client), await heard(client)} == {"first", "second"}

    @pytest.mark.parametrize("action", ["ask", "tell"])
    async def test_a_failing_function_is_an_internal_server_error(
        self, edge: Edge, functions: Functions, action: str
    ) -> None:
        functions.returns(action, {"errorMessage": "secret"})
        async with connect(edge.websocket_url) as client:
            await client.send(json.dumps({"action": action}))
            context = (await functions.event(action))["requestContext"]
            assert json.loads(await heard(client)) == {
                "message": "Internal server error",
                "connectionId": context["connectionId"],
                "requestId": context["requestId"],
            }

    async def test_a_function_that_takes_too_long_is_said_to_have_timed_out(
        self, start_edge: StartEdge, functions: Functions
    ) -> None:
        functions.answers["tell"] = lambda _: asyncio.Event().wait()
        async with (
            start_edge(limits={"integration_seconds": 0.05}) as edge,
            connect(edge.websocket_url) as client,
        ):
            await client.send('{"action":"tell"}')
            assert json.loads(await heard(client))["message"] == "Endpoint request timed out"

    async def test_without_a_default_route_an_unknown_action_is_forbidden(
        self, start_edge: StartEdge, functions: Functions
    ) -> None:
        async with (
            start_edge(routes={"ask": ROUTES["ask"]}) as edge,
            connect(edge.websocket_url) as client,
        ):
            await client.send('{"action":"unknown"}')
            frame = json.loads(await heard(client))
        assert frame["message"] == "Forbidden"
        assert frame.keys() == {"message", "connectionId", "requestId"}

    async def test_beyond_the_burst_messages_are_throttled(
        self, start_edge: StartEdge, functions: Functions
    ) -> None:
        functions.returns("ask", {"statusCode": 200, "body": "answer"})
        limits = {"requests_per_second": 0.001, "request_burst": 2}
        async with start_edge(limits=limits) as edge:
            async with connect(edge.websocket_url) as client:
                await client.send('{"action":"ask"}')
                assert await heard(client) == "answer"
                await client.send('{"action":"ask"}')
                assert json.loads(await heard(client))["message"] == "Too Many Requests"
            assert await refused_with(edge) == (429, b'{"message": "Too Many Requests"}')

    async def test_a_throttled_route_leaves_the_others_alone(
        self, start_edge: StartEdge, functions: Functions
    ) -> None:
        functions.returns("ask", {"statusCode": 200, "body": "answer"})
        routes = {**ROUTES, "hum": {"function": "tell", "throttle": {"rate": 0.001, "burst": 1}}}
        async with start_edge(routes=routes) as edge, connect(edge.websocket_url) as client:
            await client.send('{"action":"hum"}')
            await functions.event("tell")
            await client.send('{"action":"hum"}')
            assert json.loads(await heard(client))["message"] == "Too Many Requests"
            await client.send('{"action":"ask"}')
            assert await heard(client) == "answer"
        assert functions.calls("tell") == 0


class TestLimits:
    async def test_a_message_of_exactly_one_frame_is_accepted(self, edge: Edge, functions: Functions) -> None:
        async with connect(edge.websocket_url) as client:
            await client.send("x" * 32 * 1024)
            assert len((await functions.event("default"))["body"]) == 32 * 1024

    async def test_a_larger_frame_closes_with_1009(self, edge: Edge, functions: Functions) -> None:
        async with connect(edge.websocket_url) as client:
            await client.send("x" * (32 * 1024 + 1))
            assert (await closing(client)).code == 1009
        assert (await functions.event("disconnect"))["requestContext"]["disconnectStatusCode"] == 1009

    async def test_a_message_in_frames_is_put_together_up_to_its_own_limit(
        self, edge: Edge, functions: Functions
    ) -> None:
        async with connect(edge.websocket_url) as client:
            await client.send(["x" * 32 * 1024] * 4)
            assert len((await functions.event("default"))["body"]) == 128 * 1024

    async def test_a_larger_message_closes_with_1009(self, edge: Edge) -> None:
        async with connect(edge.websocket_url) as client:
            await client.send(["x" * 32 * 1024] * 4 + ["x"])
            assert (await closing(client)).code == 1009

    async def test_a_binary_frame_closes_with_1003(self, edge: Edge, functions: Functions) -> None:
        async with connect(edge.websocket_url) as client:
            await client.send(b"binary")
            assert (await closing(client)).code == 1003
        assert functions.calls("default") == 0

    async def test_an_idle_connection_closes_with_1001(
        self, start_edge: StartEdge, functions: Functions
    ) -> None:
        async with (
            start_edge(limits={"idle_seconds": 0.1}) as edge,
            connect(edge.websocket_url) as client,
        ):
            assert await closing(client) == Close(1001, "Going away")
            context = (await functions.event("disconnect"))["requestContext"]
        assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1001, "Going away")

    async def test_pings_keep_a_connection_open_until_its_full_duration(self, start_edge: StartEdge) -> None:
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


class TestDisconnect:
    @pytest.mark.parametrize(
        ("code", "reason", "told"),
        [
            (1000, "", (1000, "Connection Closed Normally")),
            (4001, "signed out", (4001, "signed out")),
            (1001, "tab closed", (1001, "tab closed")),
        ],
    )
    async def test_the_function_is_told_how_the_client_closed(
        self, edge: Edge, functions: Functions, code: int, reason: str, told: tuple[int, str]
    ) -> None:
        async with connect(edge.websocket_url) as client:
            await client.close(code, reason)

        context = (await functions.event("disconnect"))["requestContext"]
        assert (context["disconnectStatusCode"], context["disconnectReason"]) == told

    async def test_a_lost_tcp_connection_is_1006(self, edge: Edge, functions: Functions) -> None:
        async with connect(edge.websocket_url) as client:
            client.transport.abort()
            context = (await functions.event("disconnect"))["requestContext"]

        assert context["disconnectStatusCode"] == 1006

    async def test_a_client_that_leaves_while_connect_decides_is_disconnected_too(
        self, edge: Edge, functions: Functions
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

    async def test_a_failing_disconnect_function_harms_nobody(self, edge: Edge, functions: Functions) -> None:
        functions.returns("disconnect", None)
        async with connect(edge.websocket_url):
            pass
        await functions.event("disconnect")

        async with connect(edge.websocket_url) as client:
            await client.send('{"action":"ask"}')
            assert await heard(client) == ""

    async def test_without_a_disconnect_route_a_client_may_leave(self, start_edge: StartEdge) -> None:
        async with start_edge(routes={"$default": ROUTES["$default"]}) as edge:
            async with connect(edge.websocket_url):
                pass
            assert edge.stats["invocations"] == 0


def test_the_edge_listens_on_loopback_only(edge: Edge) -> None:
    for url in (edge.websocket_url, edge.callback_url):
        host = urlsplit(url).hostname
        assert host is not None
        assert socket.inet_aton(host)[0] == 127
