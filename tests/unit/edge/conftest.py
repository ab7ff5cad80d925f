"""An edge in the test's own event loop, with functions that the test writes."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.frames import Close

from infra.edge.events import Event
from infra.edge.server import Edge, serve_edge
from infra.edge.settings import EdgeSettings

Answer = Callable[[Event], Awaitable[object]]
StartEdge = Callable[..., AbstractAsyncContextManager[Edge]]

PATIENCE_SECONDS = 60  # a deadline: a process of its own starts slowly on a busy machine

ROUTES = {
    "$connect": {"function": "connect"},
    "$disconnect": {"function": "disconnect"},
    "$default": {"function": "default", "route_response": True},
    "ask": {"function": "ask", "route_response": True},
    "tell": {"function": "tell"},
}
# Well formed, which is enough where no credentials are configured.
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/execute-api/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
}


class Functions:
    """Stands in for Lambda: answers 200 unless told otherwise, and keeps every event."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self._events: defaultdict[str, asyncio.Queue[Event]] = defaultdict(asyncio.Queue)

    def returns(self, function: str, result: object) -> None:
        async def answer(_event: Event) -> object:
            return result

        self.answers[function] = answer

    async def __call__(self, function: str, event: Event) -> object:
        self._events[function].put_nowait(event)
        answer = self.answers.get(function)
        return {"statusCode": 200} if answer is None else await answer(event)

    async def event(self, function: str) -> Event:
        """The next event of a function, waiting for it if need be."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._events[function].get()

    def calls(self, function: str) -> int:
        """How many events of a function were not asked for yet."""
        return self._events[function].qsize()


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def start_edge(functions: Functions) -> StartEdge:
    """Starts an edge with `ROUTES`; keyword arguments change its settings."""

    @asynccontextmanager
    async def start(**changes: Any) -> AsyncIterator[Edge]:
        async with serve_edge(EdgeSettings.model_validate({"routes": ROUTES, **changes}), functions) as edge:
            yield edge

    return start


@pytest.fixture
async def edge(start_edge: StartEdge) -> AsyncIterator[Edge]:
    async with start_edge() as edge:
        yield edge


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client of `@connections` whose requests pass as signed."""
    async with aiohttp.ClientSession(
        headers=SIGNED, timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    ) as session:
        yield session


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
