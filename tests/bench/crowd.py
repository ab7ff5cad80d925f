"""A crowd and quiet rooms under one quota: the real fan-out in virtual time.

The model: 10,000 members of one room at 20 messages a second, beside 50 rooms of 10 members, each at a
message in 5 s, some of them on the crowd's shard. API Gateway takes 10,000 posts a second from the account,
each in 50 ms; a page of the index takes 20 ms, a call to SQS 10 ms, a batch is picked up after 15 ms.
Latencies are from publishing to arrival; the first five seconds are not counted.
"""

from random import Random

from shared.jobs import shard_of
from shared.protocol.message import Message
from tests.simulation.gateway import Quota
from tests.simulation.world import World, percentile

MEMBERS = 10_000
RATE = 20.0
SMALL_ROOMS, SMALL_MEMBERS, SMALL_RATE = 50, 10, 0.2
QUOTA = 10_000.0
POST_SECONDS = 0.050
SECONDS, WARM_UP_SECONDS = 20.0, 5.0
SAMPLED = 20  # of the crowd every so many-th member is watched


def run() -> dict[str, float]:
    """Measure the crowd and the small rooms together, and the small rooms alone."""
    together = scene(crowd=True)
    alone = scene(crowd=False)
    return {
        **{f"crowd.{name}": value for name, value in figures(together).items()},
        "crowd.p99_ms.small_alone": figures(alone)["p99_ms.small"],
    }


def scene(*, crowd: bool) -> World:
    """Let people talk for a while."""
    world = World()
    world.gateway.arrived = lambda name, ids, at: _watch(world, name, ids, at)
    world.gateway.latency = POST_SECONDS
    world.gateway.quota = Quota(QUOTA, QUOTA / 10)
    random = Random(12)
    small = [f"small-{number}" for number in range(SMALL_ROOMS)]
    assert (
        sum(shard_of(room, world.shard_count) == shard_of("crowd", world.shard_count) for room in small) > 1
    )
    for room in small:
        world.room(room, SMALL_MEMBERS)
        _talk(world, room, SMALL_RATE, random)
    if crowd:
        world.room("crowd", MEMBERS)
        _talk(world, "crowd", RATE, random)
    world.run(SECONDS + 20)
    return world


def figures(world: World) -> dict[str, float]:
    """Return p50 and p99 of both, how the lag grew, posts and calls."""
    large = _latencies(world, "crowd", WARM_UP_SECONDS, SECONDS)
    small = _latencies(world, "small", WARM_UP_SECONDS, SECONDS)
    found = {"p99_ms.small": 1000 * percentile(small, 0.99), "p50_ms.small": 1000 * percentile(small, 0.5)}
    if large:
        halves = (
            _latencies(world, "crowd", WARM_UP_SECONDS, SECONDS / 2),
            _latencies(world, "crowd", SECONDS / 2, SECONDS),
        )
        first, second = (percentile(half, 0.99) for half in halves)
        found |= {
            "p99_ms.large": 1000 * percentile(large, 0.99),
            "p50_ms.large": 1000 * percentile(large, 0.5),
            "lag_growth": second / first,
            "deliveries_per_post": SAMPLED
            * len(_latencies(world, "crowd", 0, SECONDS))
            / world.gateway.posts,
            "posts_per_second_and_member": world.gateway.posts / SECONDS / MEMBERS,
            "refused_share": world.gateway.statuses.get(429, 0) / world.gateway.posts,
            "sqs_calls_per_message": world.functions.sqs.calls / (RATE * SECONDS),
            "undelivered": MEMBERS / SAMPLED * RATE * SECONDS - len(_latencies(world, "crowd", 0, SECONDS)),
        }
    return found


def _talk(world: World, room: str, rate: float, random: Random) -> None:
    begin = random.random() / rate
    for number in range(int(SECONDS * rate)):
        at = begin + number / rate
        if at < SECONDS:
            world.scheduler.spawn_at(at, _say, world, room)


def _watch(world: World, name: str, ids: tuple[str, ...], at: float) -> None:
    if name.startswith("crowd") and int(name.removeprefix("crowd.")) % SAMPLED:
        return
    got = world.arrivals[name]
    for message_id in ids:
        got.setdefault(message_id, at)


def _say(world: World, room: str) -> Message:
    return world.say(room)


def _latencies(world: World, prefix: str, begin: float, end: float) -> list[float]:
    return [
        at - said_at
        for name, got in world.arrivals.items()
        if name.startswith(prefix)
        for message_id, at in got.items()
        if begin <= (said_at := world.accepted_at[message_id]) < end
    ]
