"""The figures that the models are made of."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from infra.topology.file import load_topology
from infra.topology.parts.functions import Consumes

FILE = Path(__file__).with_name("aws.yaml")
PRICES = Path("infra/prices.yaml")
P99 = 2.326  # standard deviations
SHARD_WORKERS, SLICE_WORKERS = "workers of shards", "workers of slices"
PRESENCE_WORKERS = "workers of presence"


@dataclass(frozen=True, slots=True)
class Latency:
    """Times in seconds, log-normal through a median and a 99th percentile."""

    median: float
    sigma: float

    @classmethod
    def of(cls, p50_ms: float, p99_ms: float) -> "Latency":
        """Return it by its percentiles."""
        return cls(p50_ms / 1000, math.log(max(p99_ms / p50_ms, 1.0001)) / P99)

    def draw(self, chance: random.Random) -> float:
        """Return a time."""
        return self.median * math.exp(self.sigma * chance.gauss(0.0, 1.0))

    def drawn(self, chance: random.Random, count: int = 4096) -> Callable[[], float]:
        """Return what gives such times, the same few thousand again and again: drawing them is slow."""
        times = [self.draw(chance) for _ in range(count)]
        position = chance.randrange(count)

        def next_time() -> float:
            nonlocal position
            position = position + 1 if position + 1 < count else 0
            return times[position]

        return next_time


@dataclass(frozen=True)
class Aws:
    """AWS as it is modelled, and the deployment's own settings by the topology."""

    quotas: dict[str, float]
    latencies: dict[str, Latency]
    sizes: dict[str, float]
    client: dict[str, float]
    shards: int
    slice_size: int
    presence_limit: int
    event_posts_per_second: float
    of_presence: Consumes
    batch_size: int
    concurrency_a_shard: int
    concurrency_of_slices: int
    slice_posts_per_second: float
    function_seconds: float
    function_gb: float
    visibility_seconds: float
    max_receives: int

    def with_quotas(self, **changed: float) -> "Aws":
        """Return it with other quotas."""
        return Aws(**{**vars(self), "quotas": {**self.quotas, **changed}})

    def with_slice_pace(self, posts_per_second: float) -> "Aws":
        """Return it with another pace of the workers of slices, in posts a second of each."""
        return Aws(**{**vars(self), "slice_posts_per_second": posts_per_second})

    def without_presence(self) -> "Aws":
        """Return it with a deployment that tells no room who comes and goes."""
        return Aws(**{**vars(self), "presence_limit": 0})

    def with_latencies(self, **changed: Latency) -> "Aws":
        """Return it with other latencies."""
        return Aws(**{**vars(self), "latencies": {**self.latencies, **changed}})

    @property
    def limits(self) -> dict[str, float]:
        """Return what can bind: AWS's quotas, and what the topology lets run at once."""
        return {
            **self.quotas,
            SHARD_WORKERS: float(self.shards * self.concurrency_a_shard),
            SLICE_WORKERS: float(self.shards * self.concurrency_of_slices),
            PRESENCE_WORKERS: float(self.of_presence.maximum_concurrency or 0),
        }


def load_aws() -> Aws:
    """Return the model's figures."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    topology = load_topology()
    fanout, queue = topology.functions["fanout"], topology.queues["shard"]
    consumes = {source.queue: source for source in fanout.consumes}
    of_shards, of_slices = consumes["shard"], consumes["slice"]
    return Aws(
        quotas={name: float(each["value"]) for name, each in read["quotas"].items()},
        latencies={
            name: Latency.of(float(each["p50"]), float(each["p99"]))
            for name, each in read["latencies"].items()
        },
        sizes={name: float(each["value"]) for name, each in read["sizes"].items()},
        client={name: float(each["value"]) for name, each in read["client"].items()},
        shards=topology.shards,
        slice_size=int(topology.environment["FANOUT_SLICE"].value or 0),
        presence_limit=int(topology.environment["PRESENCE_ROOM_LIMIT"].value or 0),
        event_posts_per_second=float(topology.environment["EVENT_POSTS_PER_SECOND"].value or "inf"),
        of_presence=consumes["presence"],
        batch_size=of_shards.batch_size,
        concurrency_a_shard=of_shards.maximum_concurrency or 0,
        concurrency_of_slices=of_slices.maximum_concurrency or 0,
        slice_posts_per_second=float(topology.environment["SLICE_POSTS_PER_SECOND"].value or "inf"),
        function_seconds=fanout.timeout_seconds,
        function_gb=fanout.memory_mb / 1024,
        visibility_seconds=queue.visibility_timeout_seconds,
        max_receives=queue.max_receive_count or 5,
    )


def load_prices() -> dict[str, float]:
    """Return USD a unit by name."""
    entries = yaml.safe_load(PRICES.read_text(encoding="utf-8"))["prices"]
    return {name: float(entry["usd_per_million"]) / 1e6 for name, entry in entries.items()}
