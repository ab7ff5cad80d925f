"""`@connections`: how the back end posts to, looks at and closes connections.

Sources: API Gateway developer guide, "Use @connections commands in your backend service"; botocore's service
model `apigatewaymanagementapi`, from which status codes and error names are taken.
"""

import asyncio
import json
import struct
import time
from collections import Counter
from datetime import UTC, datetime
from socket import SO_LINGER, SOL_SOCKET
from typing import NamedTuple
from urllib.parse import unquote

from aiohttp import web
from websockets.frames import CloseCode

from infra.edge.connection import ClientConnection
from infra.edge.faults import Fault, FaultSwitches
from infra.edge.gateway import Gateway
from infra.edge.settings import EdgeSettings
from infra.edge.signatures import InvalidSignature, SignedRequest, Unsigned, check_signature

METHODS = ("POST", "GET", "DELETE")
HALF_AN_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n{"
RESET_PAUSE_SECONDS = 0.02
CUT = 499  # how a request that got no whole answer is counted; it never goes over the wire
ERROR_TYPES = {
    403: "ForbiddenException",
    410: "GoneException",
    413: "PayloadTooLargeException",
    429: "LimitExceededException",
}


class Callback(NamedTuple):
    """What answering `@connections` takes."""

    settings: EdgeSettings
    gateway: Gateway
    faults: FaultSwitches
    stats: Counter[str]


async def answer_callback(callback: Callback, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one request for `/{stage}/@connections/{connectionId}`."""
    connection_id = _connection_id(request.raw_path, callback.settings.stage)
    if connection_id is None:
        response: web.StreamResponse = error_response(403, "Forbidden")
    else:
        fault = callback.faults.pick(request.method, connection_id, time.monotonic())
        response = await _answer_faulty(callback, request, connection_id, fault)
    callback.stats[f"{request.method.lower()}s.{response.status}"] += 1
    return response


async def _answer_faulty(
    callback: Callback, request: web.BaseRequest, connection_id: str, fault: Fault | None
) -> web.StreamResponse:
    if fault is None:
        return await _answer(callback, request, connection_id)
    await asyncio.sleep(fault.delay_ms / 1000)
    if fault.status is not None:
        return error_response(fault.status, "Injected fault")
    if fault.action == "refuse":
        return await _cut(request, b"")
    response = await _answer(callback, request, connection_id)
    return await _cut(request, HALF_AN_ANSWER) if fault.action == "reset" else response


async def _answer(callback: Callback, request: web.BaseRequest, connection_id: str) -> web.Response:
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return error_response(413, "Payload Too Large")
    refusal = _refusal(callback.settings, request, body)
    if refusal is not None:
        return refusal
    connection = callback.gateway.find(connection_id)
    if connection is None:
        return error_response(410, "Gone")
    match request.method:
        case "POST":
            return _post(callback, connection, body)
        case "GET":
            return web.json_response(_described(connection))
        case _:
            callback.gateway.close(connection, CloseCode.NORMAL_CLOSURE)
            return web.Response(status=204)


def _refusal(settings: EdgeSettings, request: web.BaseRequest, body: bytes) -> web.Response | None:
    try:
        if request.method not in METHODS:
            raise Unsigned  # what API Gateway says of any method it does not know
        signed = SignedRequest(request.method, request.raw_path, request.headers, body)
        check_signature(signed, settings.region, settings.credentials, time.time())
    except Unsigned:
        return error_response(403, "Missing Authentication Token", "MissingAuthenticationTokenException")
    except InvalidSignature as error:
        return error_response(403, str(error), "InvalidSignatureException")
    if len(body) > settings.limits.message_bytes:
        return error_response(413, "Payload Too Large")
    return None


def _post(callback: Callback, connection: ClientConnection, body: bytes) -> web.Response:
    if connection.buffered_bytes + len(body) > callback.settings.limits.send_buffer_bytes:
        return error_response(429, "Limit Exceeded")
    callback.gateway.push(connection, body)
    return web.Response(status=200)


def error_response(status: int, message: str, error_type: str | None = None) -> web.Response:
    """Return an error as AWS's REST/JSON services give it, so that SDKs raise the exception of that name."""
    name = error_type or ERROR_TYPES.get(status, "InternalServerException")
    return web.Response(
        status=status,
        text=json.dumps({"message": message}),
        content_type="application/json",
        headers={"x-amzn-ErrorType": name},
    )


def _connection_id(raw_path: str, stage: str) -> str | None:
    match unquote(raw_path.partition("?")[0]).split("/", 3):
        case ["", path_stage, "@connections", connection_id] if path_stage == stage:
            return connection_id
    return None


def _described(connection: ClientConnection) -> dict[str, object]:
    return {
        "connectedAt": _iso(connection.client.connected_at / 1000),
        "identity": connection.client.identity,
        "lastActiveAt": _iso(connection.last_active),
    }


def _iso(epoch_seconds: float) -> str:
    return (
        datetime.fromtimestamp(epoch_seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


async def _cut(request: web.BaseRequest, partial_answer: bytes) -> web.Response:
    """Write part of an answer, or nothing, and reset the TCP connection."""
    if request.transport is not None:
        request.transport.write(partial_answer)
        # A reset discards what the client has not read yet, so it gets a moment for the part that was sent.
        await asyncio.sleep(RESET_PAUSE_SECONDS if partial_answer else 0)
    if request.transport is not None:
        # Without lingering the kernel sends RST, as after a crash, in place of an orderly FIN.
        linger = struct.pack("ii", 1, 0)
        request.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, linger)
        request.transport.abort()
    return web.Response(status=CUT)
