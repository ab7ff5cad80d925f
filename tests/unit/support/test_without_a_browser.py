"""What `make test-e2e` ends with where there is no browser."""

import os
import subprocess
import sys

from infra.repository import ROOT


def browser_tests(**environment: str) -> "subprocess.CompletedProcess[str]":
    ours = {"REQUIRED_BROWSERS", "PYTEST_ADDOPTS"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [
            sys.executable, "-m", "pytest", "tests/e2e/test_rooms.py",  # one file tells as much as all
            "--numprocesses", "2", "--dist", "loadgroup",
        ],
        env=inherited | {"CHROMIUM": "/nowhere/chromium"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def test_a_newcomer_reads_at_the_end_that_no_browser_test_ran() -> None:
    run = browser_tests(CI="true")  # which many shells set that nothing was installed for

    assert run.returncode == 0, run.stdout
    *_, title, reason, totals = run.stdout.splitlines()
    assert "BROWSER TESTS DID NOT RUN" in title
    assert reason == "CHROMIUM is /nowhere/chromium, which does not start"
    assert "skipped" in totals
    assert "passed" not in totals


def test_a_pipeline_fails_at_once_and_says_why() -> None:
    run = browser_tests(REQUIRED_BROWSERS="Chromium")

    assert run.returncode != 0
    assert run.stderr.strip() == "ERROR: CHROMIUM is /nowhere/chromium, which does not start"
