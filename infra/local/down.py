"""`chatctl down`: stops a running stack from another terminal."""

import os
import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from infra.errors import CommandError
from infra.local.stack_file import read_stack_file
from infra.local.state import DEFAULT_STATE_FOLDER, StateFolder
from infra.local.sweep import sweep

STOP_SECONDS = 30.0
POLL_SECONDS = 0.05


def down(
    state_dir: Annotated[Path, typer.Option(help="The folder of the running stack.")] = DEFAULT_STATE_FOLDER,
) -> None:
    """Stop the stack that `chatctl up` runs."""
    state = StateFolder(state_dir)
    holder = state.holder()
    if holder is None:
        stale = read_stack_file(state.stack_file)
        processes = sweep(stale.run_id, state)
        print(f"{state.stack_file} was left by a stack that is gone: removed it and {processes} processes")
        return
    os.kill(holder, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while state.holder() == holder:
        if time.monotonic() > deadline:
            raise CommandError(f"the stack (pid {holder}) did not stop within {STOP_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    print("stopped")
