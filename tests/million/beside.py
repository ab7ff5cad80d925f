"""The model beside the local stack: one small scenario in both, the model with the stack's own hop times."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import yaml

from infra.local.clients import local_clients
from tests.bench.stack import _hops
from tests.integration.aws_proxy import AwsProxy
from tests.load.results import Results, read_results
from tests.load.versus.side import Side, lead_through, ours
from tests.million.data import Aws, Latency, load_aws
from tests.million.meters import Meters
from tests.million.population import Population
from tests.million.world import Talk, World
from tests.support.running_stack import running_stack

ROOMS, MEMBERS, SECONDS = 5, 10, 20.0
MESSAGES_A_SECOND = 0.8  # of each room
LOCAL_QUOTAS = {"api_requests_per_second": 10_000.0, "new_connections_per_second": 500.0}
COUNTED = ("Query", "PostToConnection", "SendMessageBatch")


def beside() -> str:
    """Return a table in Markdown: messages, deliveries, calls and lags of both."""
    with (
        tempfile.TemporaryDirectory() as name,
        running_stack(Path(name), "mock", "--frontend", "none") as stack,
        AwsProxy(stack.aws_endpoint_url) as proxy,
    ):
        folder, clients = Path(name), local_clients(stack.aws_endpoint_url, stack.region)
        side = Side(**{**vars(ours(stack)), "functions": (stack.functions["fanout"],)})
        hops = _hops(stack)
        _swarm(side, folder, "warm")
        timed = _swarm(side, folder, "timed")
        lead_through(proxy, side, clients)  # starts the functions anew, and costs time
        _swarm(side, folder, "warm again")
        before = side.calls(proxy)
        counted = _swarm(side, folder, "counted")
        calls = side.calls(proxy) - before
    return _table(timed, counted, calls, _model(_as_measured(hops)))


def _swarm(side: Side, folder: Path, name: str) -> Results:
    scenario = folder / f"{name}.yaml"
    stages = [
        {"name": "gather", "seconds": 8, "connections": ROOMS * MEMBERS},
        {"name": "gather", "seconds": 4, "connections": ROOMS * MEMBERS},
        {"name": "hold", "seconds": SECONDS, "connections": ROOMS * MEMBERS},
    ]
    limits = dict.fromkeys(("delivery_p50", "delivery_p99", "acknowledgement_p99", "connect_p99"), 1e6)
    scenario.write_text(
        yaml.safe_dump(
            {
                "description": "The model's small scenario.",
                "stages": stages,
                "rooms": {"count": ROOMS},
                "behaviour": {"messages_per_second": MESSAGES_A_SECOND},
                "thresholds": {**limits, "duplicates": 1, "errors": 1},
            }
        ),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "tests.load", "run", str(scenario), "--target", side.websocket_url]
    subprocess.run(
        [*command, "--scale", "1", "--out", str(folder / name)],
        check=False,
        stdout=subprocess.DEVNULL,
        env=dict(os.environ),
    )
    return read_results(folder / name / "results.json")


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
    return "\n".join([*lines, json.dumps({name: calls[name] for name in COUNTED}), ""])
