"""How the children of `chatctl up` run."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from infra.local.processes import Children

POLICIES = """
import os, subprocess, sys, time
deadline = time.monotonic() + 5
while os.sched_getscheduler(0) != os.SCHED_BATCH and time.monotonic() < deadline:
    time.sleep(0.01)  # the parent says so right after the start
print(subprocess.run([sys.executable, "-c", "import os; print(os.sched_getscheduler(0))"],
                     capture_output=True, text=True).stdout)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has this policy")
def test_a_child_and_what_it_starts_interrupt_no_other_at_its_work(tmp_path: Path) -> None:
    children = Children(tmp_path, os.environ)

    asyncio.run(children.complete("emulator", [sys.executable, "-c", POLICIES], {}))

    assert (tmp_path / "emulator.log").read_text().split() == [str(os.SCHED_BATCH)]
