"""Runs the commands of docs/deploy.md as they stand there: `python -m tests.rehearsal.document`.

`terraform`, `aws`, `npm`, `curl` are stand-ins that act on moto; make, scripts, packages, release, smoke test
and roll back are real. Behind the WebSocket address is a stand-in for the functions: moto runs none.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.rehearsal.account import Account, empty_account
from tests.rehearsal.chat import chat_server
from tests.rehearsal.machine import Machine
from tests.unit.terraform.plan import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "deploy.md"
STEP_SECONDS = 900


def commands() -> list[str]:
    """Return the shell commands of the document, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines() if line]


def main() -> None:
    """Run them all in one environment; the first that fails ends it."""
    planner = os.environ.get("TFCHECK")
    if not planner:
        sys.exit("TFCHECK names no offline planner for Terraform")
    start = time.monotonic()
    with (
        empty_account() as account,
        _chat() as address,
        tempfile.TemporaryDirectory() as folder,
        Machine(account, planner, address) as machine,
    ):
        environment = _environment(account, machine, Path(folder))
        for command in commands():
            if exported := re.fullmatch(r"export (\w+)=(.*)", command):
                environment[exported[1]] = exported[2]
            elif command.endswith("rollback"):
                _release_something_else(environment)
                _run(command, environment)
            else:
                _run(command, environment)
            print(f"{time.monotonic() - start:6.1f} s  {command}", flush=True)
    print(f"{time.monotonic() - start:6.1f} s  every command of {DOCUMENT.name} ended well")


def _release_something_else(environment: dict[str, str]) -> None:
    """Make a second release, without which there is nothing to return to."""
    for package in (REPOSITORY / "build" / "packages").glob("*.zip"):
        with zipfile.ZipFile(package, "a") as target:
            target.writestr("second_release.txt", "")
    _run(".venv/bin/python -m infra.release release", environment)


def _run(command: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=REPOSITORY,
        env=environment,
        input="y\n",
        capture_output=True,
        text=True,
        timeout=STEP_SECONDS,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def _environment(account: Account, machine: Machine, folder: Path) -> dict[str, str]:
    for name in ("terraform", "aws", "npm", "curl"):
        program = folder / name
        program.write_text(machine.stand_in(name), encoding="utf-8")
        program.chmod(0o755)
    inherited = account.environment()
    return {**inherited, "PATH": f"{folder}:{inherited['PATH']}", "BASH_ENV": _first_on_path(folder)}


def _first_on_path(folder: Path) -> str:
    """Keep the stand-ins first where a script puts the virtual environment before them."""
    script = folder / "environment.sh"
    script.write_text(f'npm() {{ "{folder}/npm" "$@"; }}\n', encoding="utf-8")
    return str(script)


@contextmanager
def _chat() -> Iterator[str]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(chat_server(), loop).result(10)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


if __name__ == "__main__":
    main()
