"""A web page reaches neither the fault switches nor `@connections`."""

import aiohttp
import pytest

from infra.edge.origin import is_from_a_page
from infra.edge.server import Edge
from tests.unit.edge.conftest import SIGNED


@pytest.mark.parametrize("host", ["127.0.0.1:3002", "localhost:3002", "localhost", "[::1]:3002"])
def test_a_program_on_this_machine_is_let_through(host: str) -> None:
    assert not is_from_a_page({"Host": host})


def test_a_person_who_types_the_address_is_let_through() -> None:
    assert not is_from_a_page({"Host": "localhost:3002", "Sec-Fetch-Site": "none"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example:3002"},
        {"Host": "127.0.0.1:3002", "Origin": "http://localhost:8080"},
        {"Host": "127.0.0.1:3002", "Origin": "null"},
        {"Host": "127.0.0.1:3002", "Sec-Fetch-Site": "cross-site"},
        {"Host": "127.0.0.1:3002", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_and_a_foreign_name_are_refused(headers: dict[str, str]) -> None:
    assert is_from_a_page(headers)


@pytest.mark.parametrize("path", ["stats", "faults", "connections"])
async def test_a_page_cannot_ask_the_edge_what_it_sees(
    path: str, edge: Edge, http: aiohttp.ClientSession
) -> None:
    headers = {"Origin": "http://localhost:8080"}

    async with http.get(f"{edge.admin_url}/{path}", headers=headers) as response:
        assert response.status == 403


async def test_a_page_cannot_turn_faults_on(edge: Edge, http: aiohttp.ClientSession) -> None:
    fault = b'[{"status": 500}]'

    async with http.put(f"{edge.admin_url}/faults", data=fault, headers={"Host": "evil.example"}) as response:
        assert response.status == 403
    async with http.get(f"{edge.admin_url}/faults") as response:
        assert await response.json() == []


async def test_a_page_cannot_post_to_a_connection(edge: Edge, http: aiohttp.ClientSession) -> None:
    headers = {**SIGNED, "Origin": "https://evil.example"}

    async with http.post(f"{edge.callback_url}/@connections/x%3D", data=b"x", headers=headers) as response:
        assert response.status == 403
