"""Several scenarios one after the other on one stack, each in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

RESULTS = "results.json"


@dataclass(frozen=True, slots=True)
class Run:
    """A scenario that has ended, with the exit code of `run`, and where its figures are if it has any."""

    scenario: str
    exit_code: int
    seconds: float
    results: Path


def run_suite(scenarios: Iterable[str], stack: Path | None, out: Path, against: Path | None) -> list[Run]:
    """Run each scenario to its end, whatever became of the one before.

    Args:
        against: a folder as `out` became in an earlier suite; what is there is compared with.
    """
    return [_run(scenario, stack, out / Path(scenario).stem, against) for scenario in scenarios]


def _run(scenario: str, stack: Path | None, out: Path, against: Path | None) -> Run:
    command = [sys.executable, "-m", "tests.load", "run", scenario, "--out", str(out)]
    if stack:
        command += ["--stack", str(stack)]
    before = against / out.name / RESULTS if against else None
    if before and before.exists():
        command += ["--against", str(before)]
    (out / RESULTS).unlink(missing_ok=True)
    begin = time.monotonic()
    exit_code = subprocess.run(command, check=False).returncode
    return Run(scenario, exit_code, time.monotonic() - begin, out / RESULTS)
