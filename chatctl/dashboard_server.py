"""Serves the dashboard's page and its figures on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from chatctl.figures import Figures
from infra.errors import CommandError

HOST = "127.0.0.1"
PAGE = Path(__file__).with_name("dashboard_page")
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/dashboard.js": ("dashboard.js", "text/javascript; charset=utf-8"),
    "/chart.js": ("chart.js", "text/javascript; charset=utf-8"),
    "/dom.js": ("dom.js", "text/javascript; charset=utf-8"),
    "/readings.js": ("readings.js", "text/javascript; charset=utf-8"),
    "/uplot/uPlot.iife.min.js": ("uplot/uPlot.iife.min.js", "text/javascript; charset=utf-8"),
    "/uplot/uPlot.min.css": ("uplot/uPlot.min.css", "text/css; charset=utf-8"),
    "/dashboard.css": ("dashboard.css", "text/css; charset=utf-8"),
}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Source:
    """Figures no older than `interval_seconds`, read once however many pages ask. `clock` is in seconds."""

    def __init__(
        self, read: Callable[[], Figures], interval_seconds: float, clock: Callable[[], float]
    ) -> None:
        self.interval_seconds = interval_seconds
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._answer: dict[str, object] = {}
        self._read_at = float("-inf")

    def current(self) -> dict[str, object]:
        """Return the figures for the page, or `error` with the reason that there are none at the moment."""
        with self._lock:
            if self._clock() - self._read_at >= self.interval_seconds:
                try:
                    self._answer = self._read().model_dump(mode="json")
                except (CommandError, BotoCoreError, ClientError) as error:
                    self._answer = {"error": str(error)}
                self._answer["intervalSeconds"] = self.interval_seconds
                self._read_at = self._clock()
            return self._answer


def dashboard_server(port: int, source: Source) -> ThreadingHTTPServer:
    """Return a server that is bound, but does not serve yet; port 0 takes any that is free.

    Raises:
        OSError: the port is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # A foreign name that resolves to loopback must not read the figures (DNS rebinding).
            if self.headers.get("Host") not in {
                f"{name}:{server.server_port}" for name in (HOST, "localhost")
            }:
                self._send(
                    HTTPStatus.MISDIRECTED_REQUEST, "text/plain", b"ask for the address that was printed"
                )
            elif self.path == "/figures":
                self._send(HTTPStatus.OK, "application/json", json.dumps(source.current()).encode())
            elif self.path in FILES:
                name, content_type = FILES[self.path]
                self._send(HTTPStatus.OK, content_type, (PAGE / name).read_bytes())
            else:
                self._send(HTTPStatus.NOT_FOUND, "text/plain", b"there is no such page")

        def _send(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its name in http.server
            """Nothing: that the page asks again is of no interest."""

    server = ThreadingHTTPServer((HOST, port), Handler)
    return server
