"""`chatctl` as an operator runs it, with nobody there to be asked."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from infra.local.stack_file import StackFile, write_stack_file

PROGRAM = str(Path(sys.executable).with_name("chatctl"))
Chatctl = Callable[..., "subprocess.CompletedProcess[str]"]


def run_chatctl(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command on the stack whose state folder that is."""
    return subprocess.run(
        [PROGRAM, *words, "--state-dir", str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def chatctl_on(stack: StackFile, folder: Path) -> Chatctl:
    """Lets commands find the stack in a folder of the test's own."""
    write_stack_file(folder / "stack.json", stack)
    return partial(run_chatctl, folder)
