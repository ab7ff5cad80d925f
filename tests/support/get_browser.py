"""`make browser`: looks for a Chromium, and gets one into build/ where there is none.

Playwright's download comes first. Where its host is not reached, or the system lacks the libraries that it
needs, `@sparticuz/chromium` from npm serves: a headless Chromium for AWS Lambda that brings them along.
"""

import hashlib
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from tests.support.browser import (
    BUILD,
    NPM_CHROMIUM,
    NPM_VERSION,
    PLAYWRIGHT_DOWNLOADS,
    NoBrowser,
    find_browser,
    is_required,
)

DOWNLOAD_SECONDS = 300.0  # 110 MB at 3 Mbit/s
CONNECT_MS = 10_000  # Playwright tries five times
PLAYWRIGHT_PROGRESS = re.compile(r"\d+%")
# Of the file that `npm pack` downloads for NPM_VERSION.
NPM_SHA512 = (
    "8e2196a92bcf31dbb8f8ff538a562a011ef21063c41c8371fa50af13f36a34ef"
    "c41d8cc5ff1d615222394fa8a8548b7b744cbb9fcf1bcb24f4be4f9d9ec810c0"
)
UNBROTLI = 'process.stdin.pipe(require("zlib").createBrotliDecompress()).pipe(process.stdout)'
LAUNCHER = """\
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/headless-shell" "$@"
"""
# The package's own fonts, for a system that has none.
FONTS_CONF = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


class NotDownloaded(Exception):
    """The file of the package did not come, or is another one than expected."""


def main() -> int:
    """Print which browser the tests will run in; that there is none is an error where it is required."""
    try:
        _say(f"Browser for the tests: {find_or_get_browser()}")
    except NoBrowser as trouble:
        _say(f"NO BROWSER FOR THE TESTS: {trouble}")
        if is_required("Chromium"):
            return 1
        _say("Browser tests will not run; everything else will.")
    return 0


def find_or_get_browser() -> Path:
    """Return the path of a Chromium that starts, after getting one if need be.

    Raises:
        NoBrowser: none was to be had, or `$CHROMIUM` names one that does not start.
    """
    if not os.environ.get("CHROMIUM"):
        for get in (get_from_playwright, get_from_npm):
            with suppress(NoBrowser):
                return find_browser()
            get()
    return find_browser()


def get_from_playwright() -> None:
    """Let Playwright download its headless shell into build/, and say so if it cannot."""
    _say("No Chromium here; asking Playwright for one (110 MB)")
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    environment = {
        "PLAYWRIGHT_BROWSERS_PATH": str(PLAYWRIGHT_DOWNLOADS),
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(CONNECT_MS),
    }
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | environment
    ) as download:
        out_of_time = threading.Timer(DOWNLOAD_SECONDS, download.kill)
        out_of_time.start()
        assert download.stdout is not None
        for line in download.stdout:
            if PLAYWRIGHT_PROGRESS.search(line):
                _say(f"  {line.rstrip()}")
        out_of_time.cancel()
    if download.returncode != 0:
        _say("  Playwright could not download it")


def get_from_npm() -> None:
    """Unpack the Chromium that npm has into build/, and say so if that does not work."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        _say("npm has a Chromium for Linux on x86-64 only")
        return
    _say(f"Getting @sparticuz/chromium@{NPM_VERSION} from npm into build/ (70 MB, unpacked 215 MB)")
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as name:
        try:
            browser = _unpacked(_downloaded(Path(name)), Path(name))
        except (NotDownloaded, OSError, subprocess.SubprocessError) as trouble:
            _say(f"  that did not work: {trouble}")
            return
        with suppress(OSError):  # another process was quicker
            browser.rename(NPM_CHROMIUM.parent)


def _downloaded(folder: Path) -> Path:
    name = f"@sparticuz/chromium@{NPM_VERSION}"
    npm = subprocess.run(
        [_program("npm"), "pack", "--silent", "--pack-destination", str(folder), name],
        capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False,
    )  # fmt: skip
    if npm.returncode != 0:
        raise NotDownloaded(npm.stderr.strip() or f"npm ended with exit code {npm.returncode}")
    package = folder / npm.stdout.split()[-1]
    if hashlib.sha512(package.read_bytes()).hexdigest() != NPM_SHA512:
        raise NotDownloaded(f"{package.name} has another SHA-512 than expected")
    return package


def _unpacked(package: Path, folder: Path) -> Path:
    browser = folder / "browser"
    browser.mkdir()
    subprocess.run(["tar", "-xzf", package, "-C", folder], check=True)
    _decompress(folder / "package/bin/chromium.br", browser / "headless-shell")
    for archive in ("al2023.tar", "fonts.tar"):  # the libraries of Amazon Linux 2023, and a font
        _decompress(folder / f"package/bin/{archive}.br", folder / archive)
        subprocess.run(["tar", "-xf", folder / archive, "-C", browser], check=True)
    (browser / "fonts.conf").write_text(FONTS_CONF, encoding="utf-8")
    (browser / NPM_CHROMIUM.name).write_text(LAUNCHER, encoding="utf-8")
    for program in ("headless-shell", NPM_CHROMIUM.name):
        (browser / program).chmod(0o755)
    return browser


def _decompress(source: Path, target: Path) -> None:
    with source.open("rb") as compressed, target.open("wb") as plain:
        subprocess.run([_program("node"), "-e", UNBROTLI], stdin=compressed, stdout=plain, check=True)


def _program(name: str) -> Path:
    """One of the programs in the virtual environment."""
    return Path(sys.executable).with_name(name)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the progress of a command


if __name__ == "__main__":
    sys.exit(main())
