"""Messages over real sockets: which function one reaches, and what goes back."""

import asyncio
import json
import socket
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect

from infra.edge.events import Event
from infra.edge.server import Edge
from tests.unit.edge.conftest import ROUTES, Functions, StartEdge, heard, refused_with


async def test_a_message_reaches_the_function_of_its_action(edge: Edge, functions: Functions) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send('{"action":"tell","data":1}')
        event = await functions.event("tell")
        connected = await functions.event("connect")

    assert event["body"] == '{"action":"tell","data":1}'
    assert event["requestContext"]["routeKey"] == "tell"
    for same in ("connectionId", "connectedAt"):
        assert event["requestContext"][same] == connected["requestContext"][same]


async def test_an_unknown_action_reaches_the_default_function(edge: Edge, functions: Functions) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send("$connect? not json")
        assert (await functions.event("default"))["requestContext"]["routeKey"] == "$default"


async def test_a_body_goes_back_where_a_route_response_is_configured(
    edge: Edge, functions: Functions
) -> None:
    functions.returns("ask", {"statusCode": 200, "body": "größe"})
    async with connect(edge.websocket_url) as client:
        await client.send('{"action":"ask"}')
        assert await heard(client) == "größe"


async def test_a_body_goes_back_whatever_its_status(edge: Edge, functions: Functions) -> None:
    functions.returns("ask", {"statusCode": 500, "body": "broken"})
    async with connect(edge.websocket_url) as client:
        await client.send('{"action":"ask"}')
        assert await heard(client) == "broken"


async def test_a_two_way_route_without_a_body_sends_an_empty_message(edge: Edge) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send('{"action":"ask"}')
        assert await heard(client) == ""


async def test_a_one_way_route_sends_nothing(edge: Edge, functions: Functions) -> None:
    functions.returns("tell", {"statusCode": 200, "body": "kept"})
    functions.returns("ask", {"statusCode": 200, "body": "answer"})
    async with connect(edge.websocket_url) as client:
        await client.send('{"action":"tell"}')
        await functions.event("tell")
        await client.send('{"action":"ask"}')
        assert await heard(client) == "answer"


async def test_messages_of_one_connection_are_handled_side_by_side(edge: Edge, functions: Functions) -> None:
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
    edge: Edge, functions: Functions, action: str
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
    start_edge: StartEdge, functions: Functions
) -> None:
    functions.answers["tell"] = lambda _: asyncio.Event().wait()
    async with (
        start_edge(limits={"integration_seconds": 0.05}) as edge,
        connect(edge.websocket_url) as client,
    ):
        await client.send('{"action":"tell"}')
        assert json.loads(await heard(client))["message"] == "Endpoint request timed out"


async def test_without_a_default_route_an_unknown_action_is_forbidden(
    start_edge: StartEdge, functions: Functions
) -> None:
    async with (
        start_edge(routes={"ask": ROUTES["ask"]}) as edge,
        connect(edge.websocket_url) as client,
    ):
        await client.send('{"action":"unknown"}')
        frame = json.loads(await heard(client))
    assert frame["message"] == "Forbidden"
    assert frame.keys() == {"message", "connectionId", "requestId"}


async def test_beyond_the_burst_messages_are_throttled(start_edge: StartEdge, functions: Functions) -> None:
    functions.returns("ask", {"statusCode": 200, "body": "answer"})
    limits = {"requests_per_second": 0.001, "request_burst": 2}
    async with start_edge(limits=limits) as edge:
        async with connect(edge.websocket_url) as client:
            await client.send('{"action":"ask"}')
            assert await heard(client) == "answer"
            await client.send('{"action":"ask"}')
            assert json.loads(await heard(client))["message"] == "Too Many Requests"
        assert await refused_with(edge) == (429, b'{"message": "Too Many Requests"}')


async def test_a_throttled_route_leaves_the_others_alone(start_edge: StartEdge, functions: Functions) -> None:
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


def test_the_edge_listens_on_loopback_only(edge: Edge) -> None:
    for url in (edge.websocket_url, edge.callback_url):
        host = urlsplit(url).hostname
        assert host is not None
        assert socket.inet_aton(host)[0] == 127
