"""Firefox and WebKit as they come with Debian, driven by WebDriver (https://www.w3.org/TR/webdriver2).

Playwright brings browsers of its own, patched, and cannot drive these. WebKitWebDriver takes the commands
over HTTP; Firefox takes the same ones over Marionette, the socket that geckodriver translates for.
"""

import itertools
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import requests
from tests.support.ports import free_ports

START_SECONDS = 60.0
COMMAND_SECONDS = 60.0
FIREFOX = ("firefox-esr", "firefox")
MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"
# Firefox looks for nothing on the network, and asks nothing.
PREFERENCES: dict[str, str | int | bool] = {
    "marionette.port": 0,
    "intl.accept_languages": "en-GB",
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "app.update.disabledForTesting": True,
}
# How WebDriver's commands are named by Marionette, and where they are over HTTP, below the session.
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
T = TypeVar("T")


def firefox_path() -> str | None:
    return next(filter(None, map(shutil.which, FIREFOX)), None)


def mini_browser_path() -> str | None:
    """Return WebKitGTK's browser, where its driver and a display for it are installed, too."""
    found = next(iter(sorted(Path("/").glob(MINI_BROWSERS[1:]))), None)
    return str(found) if found and shutil.which("WebKitWebDriver") and shutil.which("Xvfb") else None


@contextmanager
def firefox(program: str, folder: Path) -> Iterator[Command]:
    """A headless Firefox with a profile of its own in `folder`."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder), "about:blank"]
    with _running(command, folder, {}):
        port = int(_until(lambda: _read(folder / "MarionetteActivePort")))
        with socket.create_connection(("127.0.0.1", port), COMMAND_SECONDS) as connection:
            command_ = _marionette(connection)
            command_("NewSession", {"capabilities": {}})
            yield command_


@contextmanager
def webkit(program: str, folder: Path) -> Iterator[Command]:
    """WebKitGTK's MiniBrowser, on a display that nobody sees."""
    (port,) = free_ports(1)
    driver = f"http://127.0.0.1:{port}"
    with _display(folder) as display:
        environment = {
            "DISPLAY": display,
            "HOME": str(folder),
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            "LANGUAGE": "en_GB",
        }
        with _running(["WebKitWebDriver", f"--port={port}"], folder, environment), requests.Session() as http:
            _until(lambda: _answers(http, f"{driver}/status"))
            options = {"binary": program, "args": ["--automation"]}
            wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
            session = _value(http.post(f"{driver}/session", json=wanted, timeout=START_SECONDS))["sessionId"]
            address = f"{driver}/session/{session}"
            try:
                yield lambda name, parameters: _value(_request(http, f"{address}/{PATHS[name]}", parameters))
            finally:
                http.delete(address, timeout=COMMAND_SECONDS)


def _marionette(connection: socket.socket) -> Command:
    """Commands are `[0, id, name, parameters]`, answers `[1, id, error, result]`, each after its length."""
    stream = connection.makefile("rb")
    ids = itertools.count(1)

    def receive() -> Any:
        digits = b"".join(iter(lambda: stream.read(1), b":"))
        return json.loads(stream.read(int(digits)))

    def send(name: str, parameters: dict[str, Any]) -> Any:
        frame = json.dumps([0, next(ids), f"WebDriver:{name}", parameters]).encode()
        connection.sendall(f"{len(frame)}:".encode() + frame)
        _, _, error, result = receive()
        assert error is None, f"{name}: {error}"
        return result["value"] if set(result) == {"value"} else result

    receive()  # its greeting
    return send


def _request(http: requests.Session, url: str, parameters: dict[str, Any]) -> requests.Response:
    """A command without parameters is a question: `{}` is one, and needs a body all the same."""
    if parameters or url.endswith("/refresh"):
        return http.post(url, json=parameters, timeout=COMMAND_SECONDS)
    return http.get(url, timeout=COMMAND_SECONDS)


def _value(response: requests.Response) -> Any:
    value = response.json()["value"]
    assert response.ok, f"{response.url}: {value}"
    return value


@contextmanager
def _display(folder: Path) -> Iterator[str]:
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with _running(command, folder, {}, pass_fds=(write,)):
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"


@contextmanager
def _running(
    command: list[str], folder: Path, environment: dict[str, str], pass_fds: tuple[int, ...] = ()
) -> Iterator[None]:
    with (folder / f"{Path(command[0]).name}.log").open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=os.environ | environment, pass_fds=pass_fds
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _answers(http: requests.Session, address: str) -> bool:
    try:
        return http.get(address, timeout=1).ok
    except requests.ConnectionError:
        return False


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _until(look: Callable[[], T]) -> T:
    """What `look` answers once that is something."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("the browser did not start")
