"""A suite runs each scenario to its end and compares it with the same one of an earlier suite."""

import subprocess
from pathlib import Path

import pytest

from tests.load.suite import run_suite


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    made: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        made.append(command)
        return subprocess.CompletedProcess(command, returncode=len(made) % 2)

    monkeypatch.setattr(subprocess, "run", run)
    return made


def test_a_failed_scenario_does_not_end_the_suite(commands: list[list[str]], tmp_path: Path) -> None:
    runs = run_suite(["smoke", "spike"], None, tmp_path, None)
    assert [(run.scenario, run.exit_code) for run in runs] == [("smoke", 1), ("spike", 0)]


def test_each_scenario_is_compared_with_its_own_earlier_run(
    commands: list[list[str]], tmp_path: Path
) -> None:
    earlier = tmp_path / "before" / "spike" / "results.json"
    earlier.parent.mkdir(parents=True)
    earlier.touch()
    run_suite(["smoke", "spike"], tmp_path / "stack.json", tmp_path / "out", tmp_path / "before")
    assert "--against" not in commands[0]
    assert commands[1][-2:] == ["--against", str(earlier)]


def test_figures_of_an_earlier_run_are_not_taken_for_this_ones(
    commands: list[list[str]], tmp_path: Path
) -> None:
    stale = tmp_path / "smoke" / "results.json"
    stale.parent.mkdir()
    stale.touch()
    (run,) = run_suite(["smoke"], None, tmp_path, None)
    assert not run.results.exists()
