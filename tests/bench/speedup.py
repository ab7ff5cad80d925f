"""Time until the last of 10,000 members has a message, by workers: the real fan-out in virtual time.

The model: a page of the index takes 20 ms, a call to SQS 10 ms, a job is picked up 15 ms after it is there; a
worker has 64 posts in flight, each of 50 ms. Idle workers of a shard share what waits. The sink takes all.
"""

from dataclasses import dataclass, field
from math import ceil

from shared.jobs import DeliveryJob, shard_of
from tests.bench.fanout_in_memory import (
    BATCH,
    SHARDS,
    Members,
    ShardQueues,
    deliver_all,
    message,
)

MEMBERS = 10_000
WORKERS = (1, 2, 4, 8)
PAGE_SECONDS = 0.020
QUEUE_SECONDS = 0.010
PICK_UP_SECONDS = 0.015
POST_SECONDS = 0.050
IN_FLIGHT = 64


@dataclass
class Simulation:
    """Virtual time: when each worker is free, and from when on each waiting job may be picked up."""

    workers: int
    waiting: list[list[tuple[float, str]]] = field(default_factory=lambda: [[] for _ in range(SHARDS)])
    last_delivery: float = 0.0

    def run(self) -> float:
        """Seconds until the last member has the message."""
        free_at = [0.0] * self.workers
        own = shard_of(message().room_id, SHARDS)
        self.waiting[own].append((0.0, DeliveryJob.of(message()).encode()))
        now: float | None = 0.0
        while now is not None:
            for shard in range(SHARDS):
                self._hand_out(shard, free_at, now)
            times = [at for jobs in self.waiting for at, _ in jobs] + free_at
            now = min((at for at in times if at > now), default=None)
        return self.last_delivery

    def _hand_out(self, shard: int, free_at: list[float], now: float) -> None:
        serving = [each for each in range(self.workers) if shard in _shards_of(each, self.workers)]
        idle = [each for each in serving if free_at[each] <= now]
        while idle and (ready := [job for job in self.waiting[shard] if job[0] <= now]):
            taken = ready[: min(BATCH, ceil(len(ready) / len(idle)))]
            self.waiting[shard] = [job for job in self.waiting[shard] if job not in taken]
            each = idle.pop()
            free_at[each] = now + self._work([body for _, body in taken], now)
            self.last_delivery = max(self.last_delivery, free_at[each])

    def _work(self, bodies: list[str], start: float) -> float:
        members, queues = Members(MEMBERS), ShardQueues()
        posts = deliver_all(bodies, members, queues)
        scattered_at = start + members.queries * PAGE_SECONDS + QUEUE_SECONDS + PICK_UP_SECONDS
        for shard, jobs in enumerate(queues.waiting):
            self.waiting[shard].extend((scattered_at, body) for body in jobs)
        first_page = PAGE_SECONDS if members.queries else 0.0
        return first_page + ceil(posts / IN_FLIGHT) * POST_SECONDS


def _shards_of(worker_number: int, workers: int) -> list[int]:
    if workers >= SHARDS:
        return [worker_number % SHARDS]
    return [shard for shard in range(SHARDS) if shard % workers == worker_number]


def run() -> dict[str, float]:
    seconds = {workers: Simulation(workers).run() for workers in WORKERS}
    figures = {f"fanout_seconds.{workers}": value for workers, value in seconds.items()}
    return figures | {f"fanout_speedup.{workers}": seconds[1] / value for workers, value in seconds.items()}
