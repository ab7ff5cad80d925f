"""Master and workers as documented, each in a network namespace of its own, as on machines of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.test_swarm import PATIENCE_SECONDS, SCENARIO
from tests.load.namespaces import HUB_ADDRESS, Lab, NotPermitted, lab
from tests.load.results import read_results

WORKERS = 2
DELAY_MS = 30


@pytest.fixture(scope="module")
def machines() -> Iterator[Lab]:
    try:
        with lab(WORKERS, delay_ms=DELAY_MS, loss_percent=0.5) as made:
            yield made
    except NotPermitted as reason:
        pytest.skip(str(reason))


def start(stack: ExitStack, inside: list[str], folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [*inside, sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    stack.enter_context(process)
    stack.callback(process.kill)
    return process


@pytest.mark.nightly
def test_workers_on_machines_of_their_own_are_put_together(machines: Lab, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "own-targets.txt").write_text(HUB_ADDRESS, encoding="utf-8")
    with ExitStack() as stack:
        server = start(stack, machines.hub, tmp_path, "tests.load.trivial_server", HUB_ADDRESS)
        assert server.stdout is not None
        target = server.stdout.readline().strip()
        workers = [
            start(stack, machine, tmp_path, "tests.load", "worker", f"{HUB_ADDRESS}:5557")
            for machine in machines.machines
        ]
        run = start(
            stack, machines.hub, tmp_path, "tests.load", "run", "small.yaml", "--target", target,
            "--workers", str(WORKERS), "--bind", f"{HUB_ADDRESS}:5557", "--out", "out",
        )  # fmt: skip
        output, _ = run.communicate(timeout=PATIENCE_SECONDS)
        said = [worker.communicate(timeout=PATIENCE_SECONDS)[0] for worker in workers]

    assert run.returncode == 0, output
    assert [worker.returncode for worker in workers] == [0] * WORKERS, said
    results = read_results(tmp_path / "out" / "results.json")
    assert max(sample.connections for sample in results.samples) == 20
    assert results.received == results.expected > 5 * results.acknowledged > 0
    if machines.is_delayed:
        # There and back: no clock of a worker is taken for another's.
        assert results.delivery.p50 >= DELAY_MS
