"""A pipeline tries a journey that failed once more, and says so; one that fails twice fails the run."""

import shlex
import subprocess
from pathlib import Path

from infra.repository import ROOT

JOURNEYS = """
def test_passes_at_the_second_try(tmp_path_factory):
    tried = tmp_path_factory.getbasetemp() / "tried"
    again = tried.exists()
    tried.touch()
    assert again, "the first try"

def test_fails_twice():
    assert not "any try"
"""


def _command(*variables: str) -> str:
    """What `make test-e2e` runs."""
    plan = subprocess.run(
        ["make", "--dry-run", "test-e2e", *variables], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return next(line for line in plan.stdout.splitlines() if "pytest tests/e2e" in line)


def test_a_journey_that_fails_twice_fails_a_run_with_reruns_and_one_that_passes_then_is_listed(
    tmp_path: Path,
) -> None:
    journeys = tmp_path / "test_journeys.py"
    journeys.write_text(JOURNEYS)
    command = shlex.split(_command("RERUNS=1").replace("tests/e2e", str(journeys)))

    run = subprocess.run(
        [*command, "--config-file", ROOT / "pyproject.toml", "--rootdir", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1, run.stdout
    assert "1 failed, 1 passed, 2 rerun" in run.stdout
    _, listed = run.stdout.split("rerun test summary info")
    assert "PASSED test_journeys.py::test_passes_at_the_second_try" in listed
    assert "AssertionError: the first try" in listed


def test_in_front_of_a_developer_nothing_is_tried_again() -> None:
    assert "--reruns" not in _command()
