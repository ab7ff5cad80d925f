"""Hands out once what the metrics of invocations are made of: how long each took, and its lines of metrics.

To find them by FilterLogEvents every few seconds had the emulator go through all logs that it keeps, and read
out each line of the last half a minute again, while it answered nobody else. Beyond 10,000 events it stops.
"""

import json
import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from ministack.services import lambda_svc

from infra.local.emulator.guard import App, Message, Receive, Send
from infra.local.emulator.invocations import PATH, Invocation

INVOCATIONS_KEPT = 20_000  # if nobody asks


def feed_invocations(kept: int = INVOCATIONS_KEPT) -> deque[Invocation]:
    """Let the emulator note each invocation when it writes its log; return what grows by that.

    Raises:
        AttributeError: this MiniStack writes logs in another way.
    """
    emit: Callable[..., None] = lambda_svc._emit_lambda_logs
    feed = deque[Invocation](maxlen=kept)

    def emit_and_note(
        func: dict[str, Any], request_id: str, log: str, error: bool, duration_ms: int, **options: object
    ) -> None:
        emit(func, request_id, log, error, duration_ms, **options)
        name = (func.get("config") or func)["FunctionName"]
        lines = [line for line in log.splitlines() if '"_aws"' in line]
        feed.append(Invocation(function=name, at=int(time.time() * 1000), duration=duration_ms, lines=lines))

    lambda_svc._emit_lambda_logs = emit_and_note
    return feed


def with_feed(app: App, feed: deque[Invocation]) -> App:
    """Wrap an ASGI app so that it hands out, at `PATH`, the invocations since it was last asked."""

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await app(scope, receive, send)
            return
        taken = [feed.popleft() for _ in range(len(feed))]
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(taken).encode()})

    return serve
