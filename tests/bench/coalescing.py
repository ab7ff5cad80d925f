"""Deliveries for one post in a busy room, by message rate: the real fan-out in virtual time.

The model: a room of 100 v2 members; one worker serves the room's shard, picks up what waits (ten jobs at
most) 15 ms after it is free, and has 64 posts in flight, each of 50 ms.
"""

from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any

from services.fanout.batch import deliver_batch
from services.fanout.delivery import Delivery, Outcome
from shared.jobs import DeliveryJob
from tests.bench.fanout_in_memory import (
    BATCH,
    Members,
    ShardQueues,
    delivered,
    message,
    record_of,
    report,
    worker,
)
from tests.bench.speedup import IN_FLIGHT, PICK_UP_SECONDS, POST_SECONDS
from tests.unit.fanout.worker_doubles import FOREVER

MEMBERS = 100
MESSAGES = 200
RATES = (1, 10, 100)


def run() -> dict[str, float]:
    return {f"deliveries_per_post.{rate}": MESSAGES * MEMBERS / _posts(rate) for rate in RATES}


def _posts(rate: int) -> int:
    arrivals = [(number / rate, DeliveryJob.of(message(number)).encode()) for number in range(MESSAGES)]
    posts, now = 0, 0.0
    while arrivals:
        now = max(now, arrivals[0][0]) + PICK_UP_SECONDS
        batch = [body for at, body in arrivals if at <= now][:BATCH]
        arrivals = arrivals[len(batch) :]
        made = _deliver(batch)
        posts += made
        now += ceil(made / IN_FLIGHT) * POST_SECONDS
    return posts


def _deliver(bodies: list[str]) -> int:
    posts = 0

    def post(deliveries: Iterable[Delivery[Any] | None], _deadline: float) -> Iterator[Outcome[Any]]:
        nonlocal posts
        for delivery in filter(None, deliveries):
            posts += len(delivery.frames)
            yield delivered(delivery)

    records = [record_of(body, str(number)) for number, body in enumerate(bodies)]
    told = report()
    deliver_batch(records, worker(Members(MEMBERS), ShardQueues(), post), told, FOREVER)
    told.observe.metrics.clear_metrics()
    return posts
