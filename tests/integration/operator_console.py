"""An operator at work in a test: runs `chatctl`, and tells the time."""

import json
import time
from pathlib import Path
from typing import Any

from tests.support.chatctl import run_chatctl


class Timeline:
    """Prints what happened when, in seconds from the start."""

    def __init__(self) -> None:
        self._begin = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"{time.monotonic() - self._begin:6.1f} s  {what}")  # noqa: T201 - `pytest -s` shows it


def chatctl(folder: Path, *words: str) -> str:
    """What the command printed; it did not fail."""
    done = run_chatctl(folder, *words)
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
