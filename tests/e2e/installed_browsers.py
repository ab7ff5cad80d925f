"""Firefox and WebKit as a system brings them. Playwright drives only browsers that it has patched itself."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.e2e.webdriver import Command, over_http, over_marionette
from tests.support.ports import free_ports

START_SECONDS = 60.0
NOT_INSTALLED = "is not installed"
# Both API versions of WebKitGTK have a MiniBrowser; of which, is the distribution's choice.
MINI_BROWSERS = "usr/lib/*/webkit*/MiniBrowser"
# Firefox asks nothing and looks for nothing on the network; headless, it would have no mouse.
PREFERENCES: dict[str, str | int | bool] = {
    "marionette.port": 0,
    "intl.accept_languages": "en-GB",
    "ui.primaryPointerCapabilities": 6,
    "ui.allPointerCapabilities": 6,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "app.update.disabledForTesting": True,
}
WEBKIT_ENVIRONMENT = {
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",  # there is no graphics card
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # containers allow none; it opens our own page only
    "LANGUAGE": "en_GB",
}


@dataclass(frozen=True, slots=True)
class InstalledBrowser:
    """A browser, the Debian packages that it comes with, and how it is started in a folder of its own."""

    name: str
    packages: str
    program: Callable[[], str | None]
    run: Callable[[str, Path], AbstractContextManager[Command]]


def _firefox_program() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


@contextmanager
def _firefox(program: str, folder: Path) -> Iterator[Command]:
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder), "about:blank"]
    port = folder / "MarionetteActivePort"
    with _running(command, folder, {}):
        _until(lambda: port.exists() and port.read_text() != "")
        with over_marionette(int(port.read_text())) as session:
            yield session


def _webkit_program() -> str | None:
    """WebKitGTK's browser, where its driver and a display for it are installed, too."""
    found = next(iter(sorted(Path("/").glob(MINI_BROWSERS))), None)
    return str(found) if found and shutil.which("WebKitWebDriver") and shutil.which("Xvfb") else None


@contextmanager
def _webkit(program: str, folder: Path) -> Iterator[Command]:
    (port,) = free_ports(1)
    driver = f"http://127.0.0.1:{port}"
    options = {"binary": program, "args": ["--automation"]}
    with _display(folder) as display:
        environment = WEBKIT_ENVIRONMENT | {"DISPLAY": display, "HOME": str(folder)}
        with _running(["WebKitWebDriver", f"--port={port}"], folder, environment):
            _until(lambda: _answers(f"{driver}/status"))
            with over_http(driver, {"webkitgtk:browserOptions": options}) as session:
                yield session


BROWSERS = [
    InstalledBrowser("Firefox", "firefox-esr", _firefox_program, _firefox),
    InstalledBrowser("WebKit", "webkit2gtk-driver xvfb", _webkit_program, _webkit),
]


@contextmanager
def _display(folder: Path) -> Iterator[str]:
    """A screen that nobody sees; its name."""
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


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=1).ok
    except requests.ConnectionError:
        return False


def _until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.05)
