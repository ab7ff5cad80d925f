"""WebDriver's commands (https://www.w3.org/TR/webdriver2), over HTTP and over Firefox's own socket."""

import itertools
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

COMMAND_SECONDS = 60.0
# Marionette's names of the commands, and where they are over HTTP, below the session.
PATHS = {
    "Navigate": "url",
    "Refresh": "refresh",
    "ExecuteScript": "execute/sync",
    "PerformActions": "actions",
    "NewWindow": "window/new",
    "SwitchToWindow": "window",
    "GetWindowHandle": "window",
}

Command = Callable[[str, dict[str, Any]], Any]
"""Has a command carried out, by its name and parameters; returns its value."""


@contextmanager
def over_http(driver: str, capabilities: dict[str, Any]) -> Iterator[Command]:
    """A session of the driver at that address."""
    with requests.Session() as http:
        wanted = {"capabilities": {"alwaysMatch": capabilities}}
        session = _value(http.post(f"{driver}/session", json=wanted, timeout=COMMAND_SECONDS))["sessionId"]
        address = f"{driver}/session/{session}"
        try:
            yield lambda name, parameters: _value(_request(http, f"{address}/{PATHS[name]}", parameters))
        finally:
            http.delete(address, timeout=COMMAND_SECONDS)


def _request(http: requests.Session, url: str, parameters: dict[str, Any]) -> requests.Response:
    """A command without parameters is a question; only `refresh` is none, and wants an empty body."""
    if parameters or url.endswith("/refresh"):
        return http.post(url, json=parameters, timeout=COMMAND_SECONDS)
    return http.get(url, timeout=COMMAND_SECONDS)


def _value(response: requests.Response) -> Any:
    value = response.json()["value"]
    assert response.ok, f"{response.url}: {value}"
    return value


@contextmanager
def over_marionette(port: int) -> Iterator[Command]:
    """A session of the Firefox that listens there, without geckodriver, which only translates.

    Commands are `[0, id, name, parameters]`, answers `[1, id, error, result]`, each after its length.
    """
    with (
        socket.create_connection(("127.0.0.1", port), COMMAND_SECONDS) as connection,
        connection.makefile("rb") as stream,  # which keeps the socket open until it is closed itself
    ):
        ids = itertools.count(1)

        def receive() -> Any:
            digits = b"".join(iter(lambda: stream.read(1), b":"))
            return json.loads(stream.read(int(digits)))

        def command(name: str, parameters: dict[str, Any]) -> Any:
            frame = json.dumps([0, next(ids), f"WebDriver:{name}", parameters]).encode()
            connection.sendall(f"{len(frame)}:".encode() + frame)
            _, _, error, result = receive()
            assert error is None, f"{name}: {error}"
            return result["value"] if set(result) == {"value"} else result

        receive()  # its greeting
        command("NewSession", {"capabilities": {}})
        yield command
