"""Runs the swarm against a side, with or without faults, and keeps what came of it as one row."""

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from tests.integration.aws_proxy import AwsProxy
from tests.load.results import Results, read_results
from tests.load.scenario import Behaviour, Scenario, Stage, Thresholds
from tests.load.versus.side import Side

CONNECTIONS_OPENED_A_SECOND = 12.0  # what two cores keep up with, functions that start included
HOLD_SECONDS = 8.0
SETTLE_SECONDS = 20.0
FAULTY_SHARE = 0.05
REFUSAL_SECONDS = 2.0
# So that the larger room's deliveries fit into two cores: some 500 a second for either side.
MESSAGES_PER_SECOND = {10: 5.0, 100: 2.0, 300: 1.0, 1000: 0.5}
# A comparison judges nothing: every figure is shown.
NO_LIMIT = Thresholds(
    delivery_p50=1e6,
    delivery_p99=1e6,
    acknowledgement_p99=1e6,
    connect_p99=1e6,
    duplicates=1,
    errors=1,
)

Faults = Literal["none", "posts", "connections"]
"""`posts`: each post fails with 500 by a chance of 5 %. `connections`: 5 % of the connections, others every
two seconds, answer 429 to every post, as a connection does whose buffer is full."""


class Row(BaseModel):
    """One run. Latencies in ms; `live` and `merged` are shares of `expected` pairs of member and message.

    Attributes:
        lost: messages that history does not hold.
        torn: messages that some member never saw, 1,000 missing pairs looked at.
        calls: AWS calls by operation for one message.
    """

    model_config = ConfigDict(frozen=True)

    side: str
    connections: int
    faults: Faults
    messages: int
    expected: int
    live: float
    merged: float
    holes: int
    torn: int
    lost: int
    p50: float
    p99: float
    acknowledged_p50: float
    calls: dict[str, float]

    @property
    def calls_per_message(self) -> float:
        return sum(self.calls.values())


class SwarmFailed(Exception):
    """The swarm itself did not work; the message is its last line."""


def compete(side: Side, connections: int, faults: Faults, proxy: AwsProxy, folder: Path) -> Row:
    """One run of the swarm.

    Raises:
        SwarmFailed: see there.
    """
    scenario = scenario_of(side, connections)
    path = folder / f"{side.name}-{connections}-{faults}.yaml"
    path.write_text(yaml.safe_dump(scenario.model_dump(mode="json")), encoding="utf-8")
    with _faulty(side, faults):
        calls = run_counted(side, path, scenario.seconds_of("gather"), proxy)
    return row_of(side, connections, faults, read_results(path.with_suffix("") / "results.json"), calls)


def scenario_of(side: Side, connections: int) -> Scenario:
    """The same for both sides but for their clients' protocol: one room, nobody leaves."""
    gather = max(3.0, connections / CONNECTIONS_OPENED_A_SECOND)
    return Scenario(
        description=f"{connections} members of one room of {side.name}.",
        stages=(
            Stage(name="gather", seconds=gather, connections=connections),
            # Time for the last of them to have opened.
            Stage(name="gather", seconds=2, connections=connections),
            Stage(name="hold", seconds=HOLD_SECONDS, connections=connections),
        ),
        behaviour=Behaviour(messages_per_second=MESSAGES_PER_SECOND[connections], v1=float(side.v1)),
        settle_seconds=SETTLE_SECONDS,
        thresholds=NO_LIMIT,
    )


def run_counted(side: Side, scenario: Path, gather_seconds: float, proxy: AwsProxy) -> Counter[str]:
    """Run a scenario's file; return the AWS calls from the end of the gathering to the end of the run.

    Raises:
        SwarmFailed: see there.
    """
    command = [sys.executable, "-m", "tests.load", "run", str(scenario), "--target", side.websocket_url]
    command += ["--scale", "1"]
    command += ["--out", str(scenario.with_suffix(""))]
    before: Counter[str] | None = None
    after: Counter[str] = Counter()
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as swarm:
        assert swarm.stdout is not None
        for line in swarm.stdout:
            last = line.strip() or last
            second = _second(line)
            if second is None:
                continue
            after = side.calls(proxy)
            if second < gather_seconds:
                before = after
    if swarm.returncode not in (0, 1) or before is None:
        raise SwarmFailed(last)
    return after - before


def _second(line: str) -> float | None:
    """The second of a progress line."""
    words = line.split()
    return float(words[0]) if len(words) > 2 and words[1] == "s" else None


def row_of(side: Side, connections: int, faults: Faults, results: Results, calls: Counter[str]) -> Row:
    messages, expected = results.acknowledged, max(1, results.expected)
    return Row(
        side=side.name,
        connections=connections,
        faults=faults,
        messages=messages,
        expected=results.expected,
        live=results.received_live / expected,
        merged=results.received / expected,
        holes=results.expected - results.received,
        torn=len({message_id for _, _, message_id in results.missing}),
        lost=len(results.lost),
        p50=results.delivery.p50,
        p99=results.delivery.p99,
        acknowledged_p50=results.acknowledgement.p50,
        calls={name: round(number / max(1, messages), 2) for name, number in sorted(calls.items())},
    )


@contextmanager
def _faulty(side: Side, faults: Faults) -> Iterator[None]:
    if faults == "none":
        yield
        return
    over = threading.Event()
    setter = threading.Thread(target=_set_faults, args=(side, faults, over))
    setter.start()
    try:
        yield
    finally:
        over.set()
        setter.join()
        side.set_faults([])


def _set_faults(side: Side, faults: Faults, over: threading.Event) -> None:
    if faults == "posts":
        side.set_faults([{"action": "status", "status": 500, "methods": ["POST"], "share": FAULTY_SHARE}])
        return
    chance = random.Random(0)
    refusal: dict[str, Any] = {"action": "status", "status": 429, "methods": ["POST"]}
    while not over.wait(REFUSAL_SECONDS):
        side.set_faults([{**refusal, "connection_ids": side.some_connections(FAULTY_SHARE, chance)}])
