"""An operator at work in a test: runs `chatctl`, waits, and tells the time."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 240.0  # the retry budget of every job has to run out first


class Timeline:
    """Prints what happened when, in seconds from the start."""

    def __init__(self) -> None:
        self._begin = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"{time.monotonic() - self._begin:6.1f} s  {what}")  # noqa: T201 - `pytest -s` shows it


def chatctl(folder: Path, *words: str) -> str:
    """What the command printed; it did not fail."""
    command = [str(Path(sys.executable).with_name("chatctl")), *words, "--state-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def letters(folder: Path, queue: str = "dead-letters") -> list[dict[str, Any]]:
    """The dead letters of a queue, as `chatctl dlq list` tells them."""
    listed: list[dict[str, Any]] = json.loads(chatctl(folder, "dlq", "list", "--queue", queue, "--json"))
    return listed


def alarms_on(folder: Path) -> dict[str, str]:
    """The description of each alarm that is on, as `chatctl status` tells them."""
    health = json.loads(chatctl(folder, "status", "--json"))
    return {alarm["name"]: alarm["description"] for alarm in health["alarms_on"]}


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.5)
