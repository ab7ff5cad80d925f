"""Whose CPU it was: each process counts once, under the part of the stack that it belongs to."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.load.stack_usage import StackUsage

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=0, stdout=subprocess.PIPE, text=True)
print(child.pid, flush=True)
print(child.stdout.readline(), flush=True)
child.wait()
"""
CHILD = """
import sys, time
sys.stdin.readline()
until = time.process_time() + 0.3
while time.process_time() < until: pass
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PARENT, CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


@pytest.mark.parametrize("parent_first", [True, False])
def test_a_child_that_is_a_part_of_its_own_does_not_count_as_its_parent(
    parent: subprocess.Popen[str], parent_first: bool
) -> None:
    assert parent.stdin
    assert parent.stdout
    pids = {"chatctl": parent.pid, "emulator": int(parent.stdout.readline())}
    usage = StackUsage(pids if parent_first else dict(reversed(pids.items())))
    usage.read()

    parent.stdin.write("work\n")
    parent.stdin.flush()
    parent.stdout.readline()
    cores = usage.read()

    parent.stdin.write("end\n")
    parent.stdin.flush()
    assert cores["emulator"] > 10 * cores["chatctl"]
