"""Runs the swarm against a side, with or without faults, and keeps what came of it as one row."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tests.integration.aws_proxy import AwsProxy
from tests.load.results import Results
from tests.load.scenario import Behaviour, Scenario, Stage, Thresholds
from tests.load.versus.cpu import Cpu
from tests.load.versus.process import DialectName, run_swarm_process
from tests.load.versus.prosody import Peer
from tests.load.versus.side import Side

CONNECTIONS_OPENED_A_SECOND = 12.0  # what two cores keep up with, functions that start included
# Time for the last of them to enter, the longer the more are there, and for ours to have told the others.
SHORTEST_WAIT_SECONDS = 5.0
LAST_A_SECOND = 50.0
HOLD_SECONDS = 8.0
SETTLE_SECONDS = 15.0
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
        made: when the run began.
        lost: messages that history does not hold.
        torn: messages that some member never saw, 1,000 missing pairs looked at.
        calls: AWS calls by operation for one message; empty for a peer, which makes none.
        cpu_ms: CPU of the system's processes for one message, swarm and proxy not among them.
    """

    model_config = ConfigDict(frozen=True)

    side: str
    made: datetime
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
    cpu_ms: float

    @property
    def calls_per_message(self) -> float:
        return sum(self.calls.values())


def compete(side: Side, connections: int, faults: Faults, proxy: AwsProxy, folder: Path) -> Row:
    """One run of the swarm against a system that makes AWS calls.

    Raises:
        SwarmFailed: see there.
    """
    scenario = scenario_of(side.name, connections, v1=side.v1)
    cpu = Cpu(side.pids, scenario)
    with _faulty(side, faults):
        results, calls = run_counted(
            side, scenario, folder, f"{side.name}-{connections}-{faults}", proxy, on_second=cpu.read
        )
    return row_of(side.name, connections, faults, results, calls=calls, cpu_seconds=cpu.seconds)


def compete_peer(name: str, peer: Peer, connections: int, folder: Path) -> Row:
    """One run of the swarm against a peer that speaks XMPP and makes neither posts nor other AWS calls.

    Raises:
        SwarmFailed: see there.
    """
    scenario = scenario_of(name, connections, v1=False)
    cpu = Cpu((peer.pid,), scenario)
    results = run_swarm_process(
        scenario,
        peer.address,
        folder,
        f"{name}-{connections}",
        dialect=DialectName.XMPP,
        on_second=cpu.read,
    )
    return row_of(name, connections, "none", results, calls=Counter(), cpu_seconds=cpu.seconds)


def scenario_of(name: str, connections: int, *, v1: bool) -> Scenario:
    """The same for all but for their clients' protocol: one room, nobody leaves."""
    gather = max(3.0, connections / CONNECTIONS_OPENED_A_SECOND)
    wait = max(SHORTEST_WAIT_SECONDS, connections / LAST_A_SECOND)
    return Scenario(
        description=f"{connections} members of one room of {name}.",
        stages=(
            Stage(name="gather", seconds=gather, connections=connections),
            Stage(name="gather", seconds=wait, connections=connections),
            Stage(name="hold", seconds=HOLD_SECONDS, connections=connections),
        ),
        behaviour=Behaviour(messages_per_second=MESSAGES_PER_SECOND[connections], v1=float(v1)),
        settle_seconds=SETTLE_SECONDS,
        thresholds=NO_LIMIT,
    )


def run_counted(
    side: Side,
    scenario: Scenario,
    folder: Path,
    name: str,
    proxy: AwsProxy,
    *,
    on_second: Callable[[float], None] = lambda _second: None,
) -> tuple[Results, Counter[str]]:
    """Run a scenario; return its results, and the AWS calls from the end of the gathering on.

    Raises:
        SwarmFailed: see there.
    """
    gather_seconds = scenario.seconds_of("gather")
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()

    def count(second: float) -> None:
        nonlocal before, after
        on_second(second)
        after = side.calls(proxy)
        if second < gather_seconds:
            before = after

    results = run_swarm_process(scenario, side.websocket_url, folder, name, on_second=count)
    return results, after - before


def row_of(
    side: str,
    connections: int,
    faults: Faults,
    results: Results,
    *,
    calls: Counter[str],
    cpu_seconds: float,
) -> Row:
    """Return the figures of a run."""
    messages, expected = results.acknowledged, max(1, results.expected)
    return Row(
        side=side,
        made=datetime.fromtimestamp(results.started_at, UTC),
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
        cpu_ms=round(1000 * cpu_seconds / max(1, messages), 2),
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
