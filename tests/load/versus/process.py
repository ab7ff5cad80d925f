"""A run of the comparison's swarm as a process, second by second."""

import subprocess
import sys
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import yaml

from tests.load.results import Results, read_results
from tests.load.scenario import Scenario

# Beyond the scenario's own time: to start, to read history, to let everybody go.
PATIENCE_SECONDS = 300.0


class DialectName(StrEnum):
    """What the members speak: protocol v1 and v2 by the scenario, or XMPP."""

    CHAT = "chat"
    XMPP = "xmpp"


class SwarmFailed(Exception):
    """The swarm itself did not work, or nobody could say anything; the message is its last line."""


def run_swarm_process(
    scenario: Scenario,
    address: str,
    folder: Path,
    name: str,
    *,
    dialect: DialectName = DialectName.CHAT,
    on_second: Callable[[float], None] = lambda _second: None,
) -> Results:
    """Run a scenario to its end.

    Args:
        name: of the files in `folder` with which it is run.
        on_second: is told the second after the start, about once in each.

    Raises:
        SwarmFailed: see there.
    """
    path, out = folder / f"{name}.yaml", folder / f"{name}.json"
    path.write_text(yaml.safe_dump(scenario.model_dump(mode="json")), encoding="utf-8")
    command = [sys.executable, "-m", "tests.load.versus.swarm", str(path), address, str(out)]
    last = ""
    with subprocess.Popen(
        [*command, "--dialect", dialect],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as swarm:
        assert swarm.stdout is not None
        end = threading.Timer(scenario.seconds + scenario.settle_seconds + PATIENCE_SECONDS, swarm.kill)
        end.start()
        try:
            for line in swarm.stdout:
                last = line.strip() or last
                second = second_of(line)
                if second is not None:
                    on_second(second)
        finally:
            end.cancel()
    if swarm.returncode != 0:
        raise SwarmFailed(last)
    results = read_results(out)
    if not results.acknowledged:
        raise SwarmFailed(f"no message was acknowledged: {last}")
    return results


def second_of(line: str) -> float | None:
    """Return the second of a line that shows progress; None for any other."""
    words = line.split()
    return float(words[0]) if len(words) > 2 and words[1] == "s" else None
