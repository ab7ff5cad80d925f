"""Keeps web pages away from the emulator, whose CORS lets every page in and whose keys are known.

The page of this stack signs in at the emulator's Cognito, so its origins alone are let through.
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from http import HTTPStatus
from typing import Any

from infra.edge.origin import LOOPBACK_NAMES

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


def guarded(app: App, allowed_origins: Collection[str]) -> App:
    """Wrap an ASGI app so that only programs on this machine and the pages of `allowed_origins` reach it.

    Everybody else gets 403. What the app says to every origin (`*`) is said to the page's own origin, and to
    programs nothing about origins, as AWS does.
    """

    async def guard(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if not _may_ask(headers, allowed_origins):
            await _forbid(send)
            return
        await app(scope, receive, _narrowed(send, headers.get("origin")))

    return guard


def _may_ask(headers: MutableMapping[str, str], allowed_origins: Collection[str]) -> bool:
    host = headers.get("host", "")
    if (host.rpartition(":")[0] or host) not in LOOPBACK_NAMES:
        return False
    if "origin" in headers:
        return headers["origin"] in allowed_origins
    # Fetch Metadata Request Headers, section 2.4: programs send none, a typed address sends `none`.
    return headers.get("sec-fetch-site", "none") == "none"


async def _forbid(send: Send) -> None:
    await send({"type": "http.response.start", "status": HTTPStatus.FORBIDDEN, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _narrowed(send: Send, origin: str | None) -> Send:
    async def narrowed(message: Message) -> None:
        if message["type"] == "http.response.start":
            unwanted = b"access-control-" if origin is None else b"access-control-allow-origin"
            kept = [each for each in message["headers"] if not each[0].lower().startswith(unwanted)]
            if origin is not None:
                kept += [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
            message = {**message, "headers": kept}
        await send(message)

    return narrowed
