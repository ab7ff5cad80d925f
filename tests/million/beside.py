"""The model beside the local stack: one small scenario in both, the model with the stack's own hop times."""

import random
import tempfile
from collections import Counter
from pathlib import Path

from infra.local.clients import local_clients
from tests.bench.stack import _hops
from tests.integration.aws_proxy import AwsProxy
from tests.load.results import Results
from tests.load.scenario import Behaviour, Rooms, Scenario, Stage
from tests.load.versus.contest import NO_LIMIT, run_counted
from tests.load.versus.side import Side, lead_through, ours
from tests.million.data import Aws, Latency, load_aws
from tests.million.meters import Meters
from tests.million.population import Population
from tests.million.world import Talk, World
from tests.support.running_stack import running_stack

ROOMS, MEMBERS, SECONDS = 5, 10, 20.0
MESSAGES_A_SECOND = 0.8  # of each room
LOCAL_QUOTAS = {"api_requests_per_second": 10_000.0, "new_connections_per_second": 500.0}
HOPS = ("invoke", "put_item", "publish", "send_and_receive", "query_members", "post")


def beside() -> str:
    """Return a table in Markdown: messages, deliveries, calls and lags of both."""
    with (
        tempfile.TemporaryDirectory() as name,
        running_stack(Path(name), "mock", "--frontend", "none") as stack,
        AwsProxy(stack.aws_endpoint_url) as proxy,
    ):
        side = Side(**{**vars(ours(stack)), "functions": (stack.functions["fanout"],)})
        hops = _hops(stack)
        _swarm(side, Path(name), "warm", proxy)
        timed, _ = _swarm(side, Path(name), "timed", proxy)
        # Counting starts the functions anew, and costs time.
        lead_through(proxy, side, local_clients(stack.aws_endpoint_url, stack.region))
        _swarm(side, Path(name), "warm again", proxy)
        counted, calls = _swarm(side, Path(name), "counted", proxy)
    return f"{_table(timed, counted, calls, _model(_as_measured(hops)))}\n{_hop_table(hops)}"


def _swarm(side: Side, folder: Path, name: str, proxy: AwsProxy) -> tuple[Results, Counter[str]]:
    """Return what came of the scenario, and the calls made while messages were sent."""
    scenario = Scenario(
        description="The model's small scenario.",
        stages=(
            # Time for the last of them to have opened, and for all to have heard of each other.
            Stage(name="gather", seconds=8, connections=ROOMS * MEMBERS),
            Stage(name="gather", seconds=4, connections=ROOMS * MEMBERS),
            Stage(name="hold", seconds=SECONDS, connections=ROOMS * MEMBERS),
        ),
        rooms=Rooms(count=ROOMS),
        behaviour=Behaviour(messages_per_second=MESSAGES_A_SECOND),
        thresholds=NO_LIMIT,
    )
    return run_counted(side, scenario, folder, name, proxy)


def _as_measured(hops: dict[str, float]) -> Aws:
    """Return the model with the hop times that were measured on this stack."""

    def hop(name: str) -> Latency:
        p50, p99 = (hops[f"hop_latency_ms.{name}.{each}"] for each in ("p50", "p99"))
        return Latency.of(p50, max(p99, p50))

    return (
        load_aws()
        .with_quotas(**LOCAL_QUOTAS)
        .with_latencies(
            invoke=hop("invoke"),
            write=hop("put_item"),
            publish=hop("publish"),
            topic_to_queue=Latency.of(0.1, 0.2),  # the emulator's topic puts it there within the call
            queue_to_function=hop("invoke"),
            queue_call=hop("send_and_receive"),
            query_page=hop("query_members"),
            post=hop("post"),
        )
    )


def _model(aws: Aws) -> Meters:
    population = Population([MEMBERS] * ROOMS)
    world = World(aws, population, Talk(every_seconds=1, most_a_second=0.0), seed=1)
    chance = random.Random(1)
    for room in range(ROOMS):
        begin = chance.random() / MESSAGES_A_SECOND
        world.every(1 / MESSAGES_A_SECOND, lambda room=room: world.say(room), begins=begin, ends=SECONDS)  # type: ignore[misc]  # defaults bind the loop's values
    world.scheduler.run(SECONDS + 10)
    return world.meters.close()


def _table(timed: Results, counted: Results, calls: Counter[str], meters: Meters) -> str:
    messages = max(1, counted.acknowledged)
    deliveries = counted.received - counted.acknowledged  # the sender has its own by the answer
    counts = meters.counts
    rows = [
        ("messages", counted.acknowledged, counts["messages"]),
        ("deliveries to others", deliveries, counts["deliveries"]),
        (
            "posts a message",
            calls["PostToConnection"] / messages,
            meters.usage["websocket_message"] / counts["messages"] - 2,
        ),
        (
            "audience queries a message",
            calls["Query"] / messages,
            counts["records done"] / counts["messages"],
        ),
        ("missing", len(counted.missing) + len(timed.missing), 0),
        ("lag p50, ms", timed.delivery.p50, 1000 * meters.lags.percentile(50)),
        ("lag p99, ms", timed.delivery.p99, 1000 * meters.lags.percentile(99)),
    ]
    lines = ["| Figure | Local stack | Model | Difference |", "| --- | ---: | ---: | ---: |"]
    for name, measured, modelled in rows:
        difference = f"{(modelled - measured) / measured:+.0%}" if measured else "-"
        lines.append(f"| {name} | {measured:,.2f} | {modelled:,.2f} | {difference} |")
    return "\n".join([*lines, ""])


def _hop_table(hops: dict[str, float]) -> str:
    lines = ["| Hop alone, ms | p50 | p99 |", "| --- | ---: | ---: |"]
    for hop in HOPS:
        p50, p99 = (hops[f"hop_latency_ms.{hop}.{each}"] for each in ("p50", "p99"))
        lines.append(f"| {hop} | {p50:,.2f} | {p99:,.2f} |")
    return "\n".join([*lines, ""])
