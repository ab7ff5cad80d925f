"""A proxy between the functions and the emulator: it lists AWS calls and makes some of them fail."""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

from aiohttp import ClientSession, TCPConnector, web

# A rule's answer for a call that is to get none: longer than any client waits.
HANG = "hang"
_HANG_SECONDS = 60.0
# Everything that is signed travels on as it is, the host too.
_DROPPED_HEADERS = {"content-length", "transfer-encoding", "connection"}


@dataclass(frozen=True)
class Call:
    """One AWS call: its operation, such as `Query`, and its body."""

    operation: str
    body: bytes


Rule = Callable[[Call], str | None]
"""Looks at a call before it is made; returns the error code it fails with, or None to let it through."""


@dataclass
class AwsProxy:
    """Listens on a loopback port of its own and passes everything on to `target`."""

    target: str
    rule: Rule = lambda _call: None
    after: Callable[[Call], None] = lambda _call: None
    calls: list[Call] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="aws-proxy", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def operations(self) -> list[str]:
        """The calls that were made, by name."""
        return [call.operation for call in self.calls]

    def reset(self) -> None:
        """Lets every call through again and forgets those that were made."""
        self.rule = lambda _call: None
        self.after = lambda _call: None
        self.calls.clear()

    def _run(self, ready: threading.Event) -> None:
        self._loop.run_until_complete(self._serve(ready))
        self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        async with ClientSession(connector=TCPConnector(limit=0), auto_decompress=False) as self._session:
            runner = web.ServerRunner(web.Server(self._answer))
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            ready.set()
            await self._stop.wait()
            await runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _DROPPED_HEADERS}
        call = Call(_operation(request, body), body)
        self.calls.append(call)
        if code := await asyncio.to_thread(self.rule, call):
            if code == HANG:
                await asyncio.sleep(_HANG_SECONDS)
            return _failure(code)
        async with self._session.request(
            request.method, self.target + request.path_qs, data=body, headers=headers
        ) as answer:
            content = await answer.read()
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _DROPPED_HEADERS}
            status = answer.status
        await asyncio.to_thread(self.after, call)
        return web.Response(status=status, body=content, headers=kept)


def _operation(request: web.BaseRequest, body: bytes) -> str:
    if target := request.headers.get("X-Amz-Target"):
        return target.rsplit(".", 1)[-1]
    return parse_qs(body.decode(errors="replace")).get("Action", [request.path])[0]


def _failure(code: str) -> web.Response:
    """An error that both of AWS's protocols in use here understand: JSON (DynamoDB, SQS) and XML (SNS)."""
    if code.startswith("xml:"):
        name = code.removeprefix("xml:")
        xml = f"<ErrorResponse><Error><Type>Sender</Type><Code>{name}</Code></Error></ErrorResponse>"
        return web.Response(status=400, text=xml, content_type="text/xml")
    return web.Response(
        status=400,
        text=json.dumps({"__type": code, "message": "made to fail"}),
        content_type="application/x-amz-json-1.0",
    )
