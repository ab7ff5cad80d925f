"""Deliveries for one post in a busy room, by message rate: the real fan-out in virtual time.

The model: a room of 100 v2 members; one worker serves the room's shard, picks up what waits (ten jobs at
most) 15 ms after it is free, and has 64 posts in flight, each of 50 ms.
"""

from math import ceil

from shared.jobs import DeliveryJob
from tests.bench.fanout_in_memory import (
    BATCH,
    Members,
    ShardQueues,
    deliver_all,
    message,
)
from tests.bench.speedup import IN_FLIGHT, PICK_UP_SECONDS, POST_SECONDS

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
        made = deliver_all(batch, Members(MEMBERS), ShardQueues())
        posts += made
        now += ceil(made / IN_FLIGHT) * POST_SECONDS
    return posts
