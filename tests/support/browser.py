"""The Chromium that tests, benches and screenshots run in: where one is found, and how it is started."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BUILD = Path(__file__).resolve().parents[2] / "build"
# Where `make browser` puts what it gets.
PLAYWRIGHT_DOWNLOADS = BUILD / "playwright"
NPM_VERSION = "153.0.0"  # of @sparticuz/chromium, which is Chromium's
NPM_CHROMIUM = BUILD / f"chromium-{NPM_VERSION}" / "chromium"

# The headless shell needs two thirds of the time.
SYSTEM_BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable")
PLAYWRIGHT_SHELLS = "chromium_headless_shell-*/*/*headless[-_]shell"
START_SECONDS = 120.0  # what a very busy machine may take to print a version
# Background services of Chromium only look for hosts that a test machine does not reach.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class NoBrowser(Exception):
    """There is no Chromium that starts; the message says what to do."""


def find_browser() -> Path:
    """Return the path of a Chromium that starts on this machine.

    `$CHROMIUM` decides alone if it is set. Otherwise the first of these counts: the system's, one that
    Playwright has downloaded, the one from npm that `make browser` has unpacked.

    Raises:
        NoBrowser: none starts.
    """
    if chosen := os.environ.get("CHROMIUM"):
        if starts(Path(chosen)):
            return Path(chosen)
        raise NoBrowser(f"CHROMIUM is {chosen}, which does not start")
    if found := next(filter(starts, _candidates()), None):
        return found
    raise NoBrowser(
        "no Chromium starts on this machine: run `make browser`, or install one (Debian:"
        " apt-get install chromium-headless-shell), or set CHROMIUM to its path"
    )


def is_required(name: str) -> bool:
    """Whether `$REQUIRED_BROWSERS` names this one, "Firefox" for example: what lacks it then fails.

    A pipeline says so itself, where it has installed them. `CI` is set in many shells that have not.
    """
    return name in os.environ.get("REQUIRED_BROWSERS", "").split()


def starts(program: Path) -> bool:
    """Whether the program runs; a browser that was only downloaded may lack libraries of the system."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=START_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _candidates() -> Iterator[Path]:
    yield from (Path(path) for path in map(shutil.which, SYSTEM_BROWSERS) if path)
    for folder in (_playwright_cache(), PLAYWRIGHT_DOWNLOADS):
        yield from sorted(folder.glob(PLAYWRIGHT_SHELLS), reverse=True)
    yield NPM_CHROMIUM


def _playwright_cache() -> Path:
    """Where Playwright keeps browsers. Source: its documentation, "Managing browser binaries"."""
    if chosen := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(chosen)
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / caches / "ms-playwright"
