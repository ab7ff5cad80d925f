"""The edge's own requests on the callback port: health, what it sees, and the fault switches."""

import json
import time

from aiohttp import web
from pydantic import ValidationError

from infra.edge.callback import Callback
from infra.edge.faults import FAULTS
from shared.validation import first_fault


async def answer_admin(callback: Callback, request: web.BaseRequest) -> web.Response:
    """Answer `/health`, `/_edge/faults`, `/_edge/connections` and `/_edge/stats`."""
    match request.method, request.path:
        case "GET", "/health":
            answer: object = {"status": "ok"}
        case "GET", "/_edge/stats":
            answer = {"connections": len(callback.gateway.connections), **callback.stats}
        case "GET", "/_edge/connections":
            answer = _connections(callback)
        case "GET", "/_edge/faults":
            answer = callback.faults.listed()
        case "DELETE", "/_edge/faults":
            callback.faults.set([], time.monotonic())
            answer = []
        case "PUT", "/_edge/faults":
            return await _put_faults(callback, request)
        case _:
            return web.json_response({"message": "Not Found"}, status=404)
    return web.json_response(answer)


async def _put_faults(callback: Callback, request: web.BaseRequest) -> web.Response:
    try:
        faults = FAULTS.validate_python(json.loads(await request.read()))
    except ValidationError as error:
        return _bad_request(first_fault(error))
    except ValueError as error:
        return _bad_request(f"not JSON: {error}")
    callback.faults.set(faults, time.monotonic())
    return web.json_response(callback.faults.listed())


def _bad_request(message: str) -> web.Response:
    return web.json_response({"message": message}, status=400)


def _connections(callback: Callback) -> list[dict[str, object]]:
    return [
        {
            "connectionId": connection_id,
            "connectedAt": connection.client.connected_at,
            "lastActiveAt": round(connection.last_active * 1000),
            "bufferedBytes": connection.buffered_bytes,
            **connection.client.identity,
        }
        for connection_id, connection in callback.gateway.connections.items()
    ]
