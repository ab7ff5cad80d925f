"""A stack of its own for tests: `chatctl up` on free ports."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.stack_file import AuthMode, StackFile, read_stack_file
from tests.support.chatctl import PROGRAM
from tests.support.ports import free_ports

START_PATIENCE_SECONDS = 180.0  # of a machine that is very busy


@contextmanager
def running_stack(folder: Path, auth_mode: AuthMode, *options: str) -> Iterator[StackFile]:
    """`chatctl up` on free ports, stopped by SIGINT as Ctrl-C does."""
    emulator, websocket, callback, frontend = free_ports(4)
    command = [
        PROGRAM, "up",
        "--auth", auth_mode, "--state-dir", str(folder),
        "--port-emulator", str(emulator), "--port-websocket", str(websocket),
        "--port-callback", str(callback), "--port-frontend", str(frontend), *options,
    ]  # fmt: skip
    with (folder / "up.out").open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=dict(os.environ))
        try:
            yield _when_ready(process, folder)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(START_PATIENCE_SECONDS)


def _when_ready(process: "subprocess.Popen[bytes]", folder: Path) -> StackFile:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / "stack.json").exists():
            return read_stack_file(folder / "stack.json")
        time.sleep(0.05)
    raise AssertionError(f"the stack did not start: {(folder / 'up.out').read_text()}")
