"""The production build against the server in memory, for the scripts beside this file."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import FLAGS, find_browser
from tests.support.ports import free_ports

FRONTEND = Path(__file__).parents[1]
VITE = FRONTEND / "node_modules/vite/bin/vite.js"
START_TIMEOUT_SECONDS = 60
MEASURING_FLAGS = [*FLAGS, "--enable-precise-memory-info"]


@contextmanager
def served_demo(message_count: int, **variables: str) -> Iterator[str]:
    """Build and serve the front end beside a mock back end with `message_count` messages; yield its URL.

    `variables` of the build come on top of those for the mock sign-in.
    """
    mock_port, page_port = free_ports(2)
    mock_settings = {
        "VITE_MOCK_AUTH": "true",
        "VITE_WEBSOCKET_URL": f"ws://127.0.0.1:{mock_port}/local",
    }
    environment = os.environ | mock_settings | variables
    vite = ["node", str(VITE)]
    mock = ["node", "scripts/mock-server.ts", "--port", str(mock_port), "--messages", str(message_count)]
    with TemporaryDirectory() as out:
        build = [*vite, "build", "--outDir", out, "--emptyOutDir", "--logLevel", "error"]
        subprocess.run(build, cwd=FRONTEND, env=environment, check=True)
        preview = [*vite, "preview", "--host", "127.0.0.1", "--port", str(page_port), "--outDir", out]
        with started(mock, environment), started(preview, environment):
            yield f"http://127.0.0.1:{page_port}"


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    """Run `command` until the block ends; it is up once it prints its address."""
    with subprocess.Popen(
        command, cwd=FRONTEND, env=environment, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            output = b""
            assert process.stdout is not None  # noqa: S101 - narrows the type; PIPE is set above
            while b"127.0.0.1" not in output:
                if not select.select([process.stdout], [], [], START_TIMEOUT_SECONDS)[0]:
                    raise TimeoutError(f"{command[1]} did not start")
                chunk = os.read(process.stdout.fileno(), 4096)
                if not chunk:
                    raise ChildProcessError(f"{command[1]} ended with {process.wait()}")
                output += chunk
            yield
        finally:
            # `node` may be a Python launcher with the real one as its child.
            os.killpg(process.pid, 15)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser until the block ends. Raises NoBrowser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=MEASURING_FLAGS)
        yield browser
        browser.close()


def sign_in(page: Page, url: str, name: str) -> None:
    """Enter the chat in mock mode and wait for its first messages; the page speaks English or German."""
    page.goto(url)
    page.get_by_label("Name", exact=True).fill(name)
    page.keyboard.press("Enter")
    page.get_by_test_id("message").first.wait_for()
