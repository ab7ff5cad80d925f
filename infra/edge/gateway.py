"""The WebSocket side: handshakes, messages, route responses, limits and closing."""

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from http import HTTPStatus
from http.client import responses as reason_phrases
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import broadcast
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.protocol import State

from infra.edge.connection import ClientConnection
from infra.edge.events import Client, Event, connect_event, disconnect_event, message_event, new_id
from infra.edge.integration import (
    IntegrationFailed,
    IntegrationThrottled,
    IntegrationTimedOut,
    Invoke,
    ProxyResponse,
    integrate,
)
from infra.edge.routing import select_route
from infra.edge.settings import EdgeSettings
from infra.edge.throttle import TokenBucket

logger = logging.getLogger(__name__)

# API Gateway runs the messages of one connection side by side, without a published bound. Beyond this many
# the edge stops reading from that client, so that one client cannot fill the process.
MESSAGES_IN_FLIGHT_PER_CONNECTION = 16

# The texts of API Gateway's own errors. Sources: aws-samples/simple-websockets-chat-app#24 (no such route),
# Kludex/mangum#128 (time-out), middyjs/middy#1219 (failure), "Protecting your WebSocket API" (throttle).
FORBIDDEN = "Forbidden"
TIMED_OUT = "Endpoint request timed out"
FAILED = "Internal server error"
THROTTLED = "Too Many Requests"


class Gateway:
    """One stage of a WebSocket API with its open connections."""

    def __init__(
        self,
        settings: EdgeSettings,
        invoke: Invoke,
        stats: Counter[str],
        on_closing: Callable[[str], None],
    ) -> None:
        self.connections: dict[str, ClientConnection] = {}
        self._settings = settings
        self._invoke = invoke
        self._on_closing = on_closing
        self._stats = stats
        self._throttle = TokenBucket(
            settings.limits.requests_per_second, settings.limits.request_burst, time.monotonic()
        )
        self._route_throttles = {
            key: TokenBucket(route.throttle.rate, route.throttle.burst, time.monotonic())
            for key, route in settings.routes.items()
            if route.throttle
        }
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, connection_id: str) -> ClientConnection | None:
        """Return the open connection with this id, if there is one."""
        connection = self.connections.get(connection_id)
        return connection if connection is not None and connection.state is State.OPEN else None

    async def admit(self, connection: ClientConnection, request: Request) -> Response | None:
        """Decide on a handshake: `None` lets it go on, a response refuses it."""
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return None  # not a handshake: the library answers 426
        try:
            refusal = await self._connect(connection, request)
        except asyncio.CancelledError:
            connection.transport.abort()  # the edge stops: the client shall not wait for an answer
            raise
        if refusal is None:
            self._spawn(self._accompany(connection))
        self._stats[f"handshakes.{refusal.status_code if refusal else 101}"] += 1
        return refusal

    def name_sub_protocol(
        self, connection: ClientConnection, _request: Request, response: Response
    ) -> Response | None:
        """Put the sub-protocol that `$connect` chose into an accepted handshake."""
        accepted = response.status_code == HTTPStatus.SWITCHING_PROTOCOLS
        if accepted and connection.sub_protocol is not None:
            response.headers["Sec-WebSocket-Protocol"] = connection.sub_protocol
        return None

    async def serve(self, connection: ClientConnection) -> None:
        """Read an open connection until it closes, each message handled beside the others."""
        connection_id = connection.client.connection_id
        self.connections[connection_id] = connection
        connection.last_active = time.time()  # the handshake ended now, however long `$connect` took
        slots = asyncio.Semaphore(MESSAGES_IN_FLIGHT_PER_CONNECTION)
        try:
            async for message in connection:
                if isinstance(message, bytes):
                    await self._end(connection, CloseCode.UNSUPPORTED_DATA)
                    break
                await slots.acquire()
                if connection.is_ended:
                    slots.release()
                    continue
                self._spawn(self._handle(connection, message)).add_done_callback(lambda _: slots.release())
        except ConnectionClosed:
            pass
        finally:
            del self.connections[connection_id]

    def push(self, connection: ClientConnection, data: bytes) -> None:
        """Queue a text frame for a client, at once and in the order of the calls, without waiting for it."""
        if connection.state is not State.OPEN:
            return
        broadcast([connection], data, text=True)
        connection.last_active = time.time()
        self._stats["frames.out"] += 1

    def close(self, connection: ClientConnection, code: CloseCode) -> None:
        """Begin to close a connection; `$disconnect` follows when it is closed."""
        self._spawn(self._end(connection, code))

    async def _end(self, connection: ClientConnection, code: CloseCode) -> None:
        self._on_closing(connection.client.connection_id)
        await connection.end(code)

    async def finish(self, timeout_seconds: float) -> None:
        """Let what is under way (messages, `$disconnect`) end within the time, then cancel the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_seconds)
        unfinished = list(self._tasks)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _connect(self, connection: ClientConnection, request: Request) -> Response | None:
        url = urlsplit(request.path)
        if url.path.strip("/") != self._settings.stage:
            return _refusal(HTTPStatus.FORBIDDEN, FORBIDDEN)
        if not self._throttle.take(time.monotonic()):
            return _refusal(HTTPStatus.TOO_MANY_REQUESTS, THROTTLED)
        now = _now_ms()
        source_ip = str(connection.remote_address[0])
        connection.client = Client(new_id(), now, source_ip, request.headers.get("User-Agent"))
        if "$connect" not in self._settings.routes:
            return None
        headers = request.headers.raw_items()
        event = connect_event(
            self._settings, connection.client, headers, url.query, request_id=new_id(), now=now
        )
        try:
            response = await self._integrate("$connect", event)
        except IntegrationTimedOut:
            return _refusal(HTTPStatus.GATEWAY_TIMEOUT, TIMED_OUT)
        except IntegrationFailed:
            return _refusal(HTTPStatus.BAD_GATEWAY, FAILED)
        connection.sub_protocol = response.header("Sec-WebSocket-Protocol")
        # The function chooses the status; its body stays here (aws/chalice#1768).
        return None if response.is_success else _refusal(response.status_code)

    async def _handle(self, connection: ClientConnection, body: str) -> None:
        self._stats["frames.in"] += 1
        request_id = new_id()
        route_key = select_route(body, self._settings.routes)
        if not self._takes(route_key):
            self._push_error(connection, THROTTLED, request_id)
            return
        if route_key is None:
            self._push_error(connection, FORBIDDEN, request_id)
            return
        event = message_event(
            self._settings, connection.client, route_key, body, request_id=request_id, now=_now_ms()
        )
        try:
            response = await self._integrate(route_key, event)
        except IntegrationTimedOut:
            self._push_error(connection, TIMED_OUT, request_id)
        except IntegrationFailed:
            self._push_error(connection, FAILED, request_id)
        else:
            if self._settings.routes[route_key].route_response:
                self.push(connection, (response.body or "").encode())

    def _takes(self, route_key: str | None) -> bool:
        buckets = [self._throttle, self._route_throttles.get(route_key or "")]
        return all(bucket.take(time.monotonic()) for bucket in buckets if bucket)

    async def _accompany(self, connection: ClientConnection) -> None:
        """Close the connection when its time has come, and tell `$disconnect` when it has ended."""
        limits = self._settings.limits
        ends_at = connection.client.connected_at / 1000 + limits.connection_seconds
        while (left := min(connection.last_active + limits.idle_seconds, ends_at) - time.time()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await connection.wait_closed()
                break
        else:
            await self._end(connection, CloseCode.GOING_AWAY)
        await connection.wait_closed()
        await self._disconnect(connection)

    async def _disconnect(self, connection: ClientConnection) -> None:
        if "$disconnect" not in self._settings.routes:
            return
        code, reason = connection.ending
        event = disconnect_event(
            self._settings, connection.client, code, reason, request_id=new_id(), now=_now_ms()
        )
        with suppress(IntegrationTimedOut, IntegrationFailed):
            await self._integrate("$disconnect", event)

    async def _integrate(self, route_key: str, event: Event) -> ProxyResponse:
        self._stats["invocations"] += 1
        function = self._settings.routes[route_key].function
        try:
            return await integrate(self._invoke, function, event, self._settings.limits.integration_seconds)
        except IntegrationThrottled:
            self._stats["invocations.throttled"] += 1
            raise
        except (IntegrationTimedOut, IntegrationFailed) as error:
            self._stats["invocations.failed"] += 1
            logger.warning("%s %s: %s", route_key, type(error).__name__, error)
            raise

    def _push_error(self, connection: ClientConnection, message: str, request_id: str) -> None:
        frame = {
            "message": message,
            "connectionId": connection.client.connection_id,
            "requestId": request_id,
        }
        self.push(connection, json.dumps(frame).encode())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _refusal(status: int, message: str | None = None) -> Response:
    body = b"" if message is None else json.dumps({"message": message}).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
    return Response(status, reason_phrases.get(status, ""), Headers(headers), body)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
