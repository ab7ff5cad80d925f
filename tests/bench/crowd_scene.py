"""Who talks in the scene of `crowd`, and what is measured; knows no fan-out, so that older ones can be."""

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.simulation.gateway import Quota
from tests.simulation.percentile import percentile

MEMBERS = 10_000
RATE = 20.0
SMALL_ROOMS, SMALL_MEMBERS, SMALL_RATE = 50, 10, 0.2
QUOTA = 10_000.0
POST_SECONDS = 0.050
SECONDS, WARM_UP_SECONDS = 20.0, 5.0
AFTERWARDS_SECONDS = 20.0
SAMPLED = 20  # of the crowd every so many-th member is watched

Arrivals = dict[str, dict[str, float]]
"""For each member when each message came to it first."""


@dataclass(frozen=True)
class Seen:
    """What a scene came to: when what was accepted and arrived, in seconds; requests to gateway and SQS."""

    accepted_at: dict[str, float]
    arrivals: Arrivals
    posts: int
    throttled: int
    sqs_calls: int


def play(world: Any, *, crowd: bool) -> Seen:
    """Let people talk for a while.

    Args:
        world: a fan-out in virtual time; has `scheduler`, `gateway`, `functions.sqs`, `accepted_at`, `room`,
            `say` and `run`.
        crowd: whether there is more than the small rooms.
    """
    arrivals: Arrivals = {}
    world.gateway.arrived = lambda name, ids, at: _watch(arrivals, name, ids, at)
    world.gateway.latency = POST_SECONDS
    world.gateway.quota = Quota(QUOTA, QUOTA / 10)
    random = Random(12)
    for room in (f"small-{number}" for number in range(SMALL_ROOMS)):
        world.room(room, SMALL_MEMBERS)
        _talk(world, room, SMALL_RATE, random)
    if crowd:
        world.room("crowd", MEMBERS)
        _talk(world, "crowd", RATE, random)
    world.run(SECONDS + AFTERWARDS_SECONDS)
    gateway = world.gateway
    return Seen(
        world.accepted_at, arrivals, gateway.posts, gateway.statuses.get(429, 0), world.functions.sqs.calls
    )


def figures(seen: Seen) -> dict[str, float]:
    """Return p50 and p99 of both, how the lag grew, posts and calls."""
    large = _latencies(seen, "crowd", WARM_UP_SECONDS, SECONDS)
    small = _latencies(seen, "small", WARM_UP_SECONDS, SECONDS)
    found = {"p99_ms.small": 1000 * percentile(small, 0.99), "p50_ms.small": 1000 * percentile(small, 0.5)}
    if large:
        halves = (
            _latencies(seen, "crowd", WARM_UP_SECONDS, SECONDS / 2),
            _latencies(seen, "crowd", SECONDS / 2, SECONDS),
        )
        first, second = (percentile(half, 0.99) for half in halves)
        delivered = len(_latencies(seen, "crowd", 0, SECONDS))
        found |= {
            "p99_ms.large": 1000 * percentile(large, 0.99),
            "p50_ms.large": 1000 * percentile(large, 0.5),
            "lag_growth": second / first,
            "deliveries_per_post": SAMPLED * delivered / seen.posts,
            "posts_per_second_and_member": seen.posts / SECONDS / MEMBERS,
            "refused_share": seen.throttled / seen.posts,
            "sqs_calls_per_message": seen.sqs_calls / (RATE * SECONDS),
            "undelivered": MEMBERS / SAMPLED * RATE * SECONDS - delivered,
        }
    return found


def _talk(world: Any, room: str, rate: float, random: Random) -> None:
    begin = random.random() / rate
    for number in range(int(SECONDS * rate)):
        at = begin + number / rate
        if at < SECONDS:
            world.scheduler.spawn_at(at, world.say, room)


def _watch(arrivals: Arrivals, name: str, ids: tuple[str, ...], at: float) -> None:
    if name.startswith("crowd") and int(name.removeprefix("crowd.")) % SAMPLED:
        return
    got = arrivals.setdefault(name, {})
    for message_id in ids:
        got.setdefault(message_id, at)


def _latencies(seen: Seen, prefix: str, begin: float, end: float) -> list[float]:
    return [
        at - said_at
        for name, got in seen.arrivals.items()
        if name.startswith(prefix)
        for message_id, at in got.items()
        if begin <= (said_at := seen.accepted_at[message_id]) < end
    ]
