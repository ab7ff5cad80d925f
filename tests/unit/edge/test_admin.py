import aiohttp
import pytest
from websockets.asyncio.client import connect

from infra.edge.server import Edge
from tests.unit.edge.conftest import Functions


async def test_health_is_answered(edge: Edge, http: aiohttp.ClientSession) -> None:
    async with http.get(edge.admin_url.replace("/_edge", "/health")) as response:
        assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_connections_are_listed(edge: Edge, functions: Functions, http: aiohttp.ClientSession) -> None:
    async with connect(edge.websocket_url, user_agent_header="test/1"):
        context = (await functions.event("connect"))["requestContext"]
        async with http.get(f"{edge.admin_url}/connections") as response:
            (listed,) = await response.json()

    assert listed.pop("lastActiveAt") >= context["connectedAt"]
    assert listed == {
        "connectionId": context["connectionId"],
        "connectedAt": context["connectedAt"],
        "bufferedBytes": 0,
        "sourceIp": "127.0.0.1",
        "userAgent": "test/1",
    }


async def test_what_happened_is_counted(
    edge: Edge, functions: Functions, http: aiohttp.ClientSession
) -> None:
    async with connect(edge.websocket_url) as client:
        await client.send('{"action":"ask"}')
        await client.recv()
        async with http.post(f"{edge.callback_url}/@connections/unknown%3D", data=b"x"):
            pass
        async with http.get(f"{edge.admin_url}/stats") as response:
            assert await response.json() == {
                "connections": 1,
                "handshakes.101": 1,
                "frames.in": 1,
                "frames.out": 1,
                "invocations": 2,
                "posts.410": 1,
            }


async def test_faults_are_set_shown_and_cleared(edge: Edge, http: aiohttp.ClientSession) -> None:
    target = f"{edge.callback_url}/@connections/a%3D"
    faults = [{"action": "status", "status": 429, "count": 5, "connection_ids": ["a="]}]
    async with http.put(f"{edge.admin_url}/faults", json=faults) as response:
        assert response.status == 200
    async with http.post(target, data=b"x") as response:
        assert response.status == 429
    async with http.get(f"{edge.admin_url}/faults") as response:
        (shown,) = await response.json()
    assert (shown["status"], shown["met"]) == (429, 1)
    async with http.delete(f"{edge.admin_url}/faults") as response:
        assert await response.json() == []
    async with http.post(target, data=b"x") as response:
        assert response.status == 410


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"{", "not JSON"),
        (b"{}", "valid list"),
        (b'[{"action": "statu"}]', "0.action"),
        (b'[{"action": "status"}]', "status: needed"),
    ],
)
async def test_wrong_faults_are_refused_and_the_old_ones_stay(
    edge: Edge, http: aiohttp.ClientSession, body: bytes, complaint: str
) -> None:
    async with http.put(f"{edge.admin_url}/faults", json=[{"action": "refuse"}]):
        pass
    async with http.put(f"{edge.admin_url}/faults", data=body) as response:
        assert response.status == 400
        assert complaint in (await response.json())["message"]
    assert [fault["action"] for fault in edge.faults.listed()] == ["refuse"]


@pytest.mark.parametrize("request_", [("GET", "/nothing"), ("POST", "/faults"), ("DELETE", "/stats")])
async def test_anything_else_is_not_found(
    edge: Edge, http: aiohttp.ClientSession, request_: tuple[str, str]
) -> None:
    method, path = request_
    async with http.request(method, edge.admin_url + path) as response:
        assert response.status == 404
