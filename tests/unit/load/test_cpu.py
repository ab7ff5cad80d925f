"""A system's CPU: of its processes and of those they started, from the end of the gathering on."""

import subprocess
import sys

import pytest

from tests.load.scenario import Stage, load_scenario
from tests.load.versus import cpu
from tests.load.versus.cpu import Cpu, cpu_seconds

BUSY_SECONDS = 0.3
# The system counts user's and system's time in ticks of 10 ms each, and leaves out what has begun.
TICKS_SECONDS = 0.03
BURN = f"import time\nwhile time.process_time() < {BUSY_SECONDS}: pass"
# A child that burns and ends, and one that says so and waits.
FAMILY = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN!r}])
print("done", flush=True)
input()
"""


def test_what_children_used_counts_when_they_have_ended() -> None:
    command = [sys.executable, "-c", FAMILY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "done\n"
        assert cpu_seconds([parent.pid]) >= BUSY_SECONDS - TICKS_SECONDS
        assert cpu_seconds([parent.pid, parent.pid]) == pytest.approx(cpu_seconds([parent.pid]), abs=0.05)
        parent.communicate("")
    assert cpu_seconds([parent.pid]) == 0


def test_what_was_used_while_members_came_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    used = iter([10.0, 12.0, 13.0, 13.5])
    monkeypatch.setattr(cpu, "cpu_seconds", lambda _pids: next(used))
    stages = (Stage(name="gather", seconds=5, connections=2), Stage(name="hold", seconds=5, connections=2))
    measured = Cpu([1], load_scenario("smoke").model_copy(update={"stages": stages}))
    for second in (4.0, 6.0, 10.0):
        measured.read(second)
    assert measured.seconds == 1.5
