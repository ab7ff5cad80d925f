"""The swarm as a whole, against a server that does little: alone, over workers, with its web page."""

import json
import re
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.load.results import read_results
from tests.support.ports import free_ports

# Times an idle hop. A send whose echo a reconnection swallows is said again after ten seconds.
SCENARIO = """
description: Small, and soon over.
stages:
  - { name: ramp, seconds: 2, connections: 20 }
  - { name: hold, seconds: 3, connections: 20 }
rooms: { count: 2 }
behaviour: { messages_per_second: 4, reconnects_per_minute: 4 }
thresholds:
  { delivery_p50: 1000, delivery_p99: 3000, acknowledgement_p99: 3000, connect_p99: 3000,
    duplicates: 1, errors: 0 }
"""
PATIENCE_SECONDS = 120.0
Process = subprocess.Popen[str]


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def swarm(stack: ExitStack, *arguments: str) -> Process:
    """A process of the swarm, ended with the test."""
    command = [sys.executable, "-m", "tests.load", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    stack.enter_context(process)
    stack.callback(process.kill)
    return process


def test_a_run_passes_where_everything_arrives(trivial_server: str, scenario: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        run = swarm(stack, "run", str(scenario), "--target", trivial_server, "--out", str(tmp_path / "out"))
        output, _ = run.communicate(timeout=PATIENCE_SECONDS)

    assert run.returncode == 0, output
    results = read_results(tmp_path / "out" / "results.json")
    assert results.acknowledged > 0
    assert results.received == results.expected > results.acknowledged
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.nightly
def test_workers_hold_the_members_and_the_master_puts_their_books_together(
    trivial_server: str, scenario: Path, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    address = f"127.0.0.1:{port}"
    with ExitStack() as stack:
        workers = [swarm(stack, "worker", address) for _ in range(2)]
        run = swarm(
            stack, "run", str(scenario), "--target", trivial_server, "--out", str(tmp_path / "out"),
            "--workers", "2", "--bind", address,
        )  # fmt: skip
        output, _ = run.communicate(timeout=PATIENCE_SECONDS)
        said = [worker.communicate(timeout=PATIENCE_SECONDS)[0] for worker in workers]

    assert run.returncode == 0, output
    assert [worker.returncode for worker in workers] == [0, 0], said
    results = read_results(tmp_path / "out" / "results.json")
    assert max(sample.connections for sample in results.samples) == 20
    # Each message reaches all ten members of its room, half of whom are the other worker's.
    assert results.received == results.expected > 5 * results.acknowledged > 0


@pytest.mark.nightly
def test_a_worker_that_dies_fails_the_run_instead_of_hiding_its_members(
    trivial_server: str, scenario: Path, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    address = f"127.0.0.1:{port}"
    with ExitStack() as stack:
        swarm(stack, "worker", address)
        mortal = swarm(stack, "worker", address)
        run = swarm(
            stack, "run", str(scenario), "--target", trivial_server, "--out", str(tmp_path / "out"),
            "--workers", "2", "--bind", address,
        )  # fmt: skip
        assert run.stdout is not None
        assert any(re.search(r"[1-9]\d* connections +\d+ sent", line) for line in run.stdout), (
            "it never began"
        )
        mortal.kill()
        output, _ = run.communicate(timeout=PATIENCE_SECONDS)

    assert run.returncode == 2
    assert "a worker" in output
    assert not (tmp_path / "out" / "results.json").exists()


@pytest.mark.nightly
def test_the_web_page_shows_the_run(trivial_server: str, scenario: Path, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with ExitStack() as stack:
        run = swarm(
            stack,
            "run",
            str(scenario),
            "--target",
            trivial_server,
            "--out",
            str(tmp_path / "out"),
            "--web",
            str(port),
        )
        assert run.stdout is not None
        for line in run.stdout:
            if re.search(r" [1-9]\d* acknowledged", line):
                break
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats/requests") as answer:
            stats = json.load(answer)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
            page = answer.read().decode()
        output, _ = run.communicate(timeout=PATIENCE_SECONDS)

    assert run.returncode == 0, output
    assert {"connect", "history"} <= {each["name"] for each in stats["stats"]}
    assert "Locust" in page
