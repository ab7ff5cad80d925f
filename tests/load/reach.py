"""How much one swarm process carries: thousands of members of one room, on a server that does little."""

import subprocess
import sys

import psutil
from pydantic import BaseModel

from tests.load.calibration import IN_SECONDS
from tests.load.measures import Sample
from tests.load.results import Results
from tests.load.scenario import Behaviour, Scenario, Stage, Thresholds
from tests.load.swarm import OnSample, Watching, run_swarm
from tests.load.targets import Target

CONNECTIONS_OPENED_A_SECOND = 250
HOLD_SECONDS = 15.0
# So slow is nothing on a server that answers at all: reach is about what is carried, not how fast.
PATIENCE = Thresholds(
    delivery_p50=60,
    delivery_p99=60,
    acknowledgement_p99=60,
    connect_p99=60,
    duplicates=0,
    errors=0,
)


class Reach(BaseModel):
    """What the process took: CPU of this process, over ramp, hold and the closing of the books."""

    connections: int
    delivered: int
    cpu_seconds: float
    deliveries_per_cpu_second: float
    resident_mib: float


def prove_reach(connections: int, messages_per_second: float, on_sample: OnSample) -> tuple[Results, Reach]:
    """Hold that many connections while each message goes to all of them."""
    scenario = Scenario(
        description=f"Reach: {connections} connections in one process, one room.",
        stages=(
            Stage(name="ramp", seconds=connections / CONNECTIONS_OPENED_A_SECOND, connections=connections),
            Stage(name="hold", seconds=HOLD_SECONDS, connections=connections),
        ),
        behaviour=Behaviour(messages_per_second=messages_per_second, senders=1),
        thresholds=PATIENCE,
    )
    process = psutil.Process()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.load.trivial_server"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            target = Target(server.stdout.readline().strip())
            before, memory = process.cpu_times(), [0.0]

            def watch(sample: Sample) -> None:
                memory.append(process.memory_info().rss / 2**20)
                on_sample(sample)

            results = run_swarm(
                "reach", scenario, target, "reach", calibration=IN_SECONDS, watching=Watching(watch)
            )
            after = process.cpu_times()
        finally:
            server.terminate()
    used = after.user + after.system - before.user - before.system
    delivered = results.counts["delivered"]
    return results, Reach(
        connections=max(sample.connections for sample in results.samples),
        delivered=delivered,
        cpu_seconds=round(used, 1),
        deliveries_per_cpu_second=round(delivered / used),
        resident_mib=round(max(memory)),
    )
