"""Audiences that workers remember for a second, beside a query for each batch, in virtual time.

The real fan-out in a room of 100 to 100,000 members at 0.1 to 20 messages a second, under the quota of 10,000
posts a second, each in 50 ms; a page of 5,800 members takes 20 ms. Rooms of up to a slice (125) are never
remembered.

`units/s` are read units a second of the one index key. It gives 3,000; beyond, queries would be throttled,
which the model leaves out. `queries` and `SQS` are calls a message. `last s` is the time until the last
member has a message, the median of all messages; `lag s` is that of the last message. `USD` is the price of
a million deliveries: posts, reads, SQS and the workers' time.
"""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from shared.protocol.message import Message
from tests.simulation.gateway import Quota
from tests.simulation.world import TOPOLOGY, World

MEMBERS = (100, 1_000, 10_000, 100_000)
SECONDS = {0.1: 20.0, 1.0: 5.0, 20.0: 3.0}  # by messages a second
QUOTA, POST_SECONDS = 10_000.0, 0.050
WORKER_GB = TOPOLOGY.functions["fanout"].memory_mb / 1024
COLUMNS = ("units/s", "queries", "SQS", "last s", "lag s", "USD")


@dataclass
class Scene:
    """One room in which people talk at a steady rate."""

    members: int
    rate: float
    remembers: bool
    last_at: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    worked: float = 0.0

    def run(self) -> dict[str, float]:
        """Return the figures of COLUMNS."""
        world = World(remembers=self.remembers)
        world.gateway.latency = POST_SECONDS
        world.gateway.quota = Quota(QUOTA, QUOTA / 10)
        world.gateway.arrived = self._arrived
        world.functions.on_settled = self._settled
        world.room("room", self.members)
        seconds = SECONDS[self.rate]
        said: list[Message] = []
        for number in range(max(1, round(seconds * self.rate))):
            world.scheduler.spawn_at(number / self.rate, lambda: said.append(world.say("room")))
        world.run()
        waits = [self.last_at[each.message_id] - world.accepted_at[each.message_id] for each in said]
        figures = (
            world.connections.read_units / seconds,
            world.connections.queries / len(said),
            world.functions.sqs.calls / len(said),
            statistics.median(waits),
            waits[-1],
            self._usd(world) / (len(said) * self.members) * 1e6,
        )
        return dict(zip(COLUMNS, figures, strict=True))

    def _arrived(self, _connection: str, message_ids: tuple[str, ...], at: float) -> None:
        for message_id in message_ids:
            self.last_at[message_id] = max(self.last_at[message_id], at)

    def _settled(self, seconds: float) -> None:
        self.worked += seconds

    def _usd(self, world: World) -> float:
        entries = yaml.safe_load(Path("infra/prices.yaml").read_text(encoding="utf-8"))["prices"]
        used = {
            "websocket_message": world.gateway.posts,
            "dynamodb_read_unit": world.connections.read_units,
            "sqs_request": world.functions.sqs.calls + 2 * world.functions.invocations,
            "lambda_request": world.functions.invocations,
            "lambda_gb_second": self.worked * WORKER_GB,
        }
        return sum(float(entries[name]["usd_per_million"]) / 1e6 * amount for name, amount in used.items())


def run() -> dict[str, float]:
    """Measure each size at each rate, both ways."""
    return {
        f"audience.{members}.{rate:g}.{way}.{column}": value
        for members in MEMBERS
        for rate in SECONDS
        for way in ("remembered", "queried")
        for column, value in Scene(members, rate, way == "remembered").run().items()
    }


def table(figures: dict[str, float]) -> str:
    """Return a row for each size, rate and way."""
    head, line = " | ".join(COLUMNS), "| ---: " * len(COLUMNS)
    rows = [f"| Members | Messages/s | | {head} |", f"| ---: | ---: | --- {line}|"]
    for members in MEMBERS:
        for rate in SECONDS:
            for way in ("remembered", "queried"):
                name = f"audience.{members}.{rate:g}.{way}"
                cells = " | ".join(f"{figures[f'{name}.{column}']:,.2f}" for column in COLUMNS)
                rows.append(f"| {members:,} | {rate:g} | {way} | {cells} |")
    return "\n".join(rows)
