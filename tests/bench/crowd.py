"""A crowd and quiet rooms under one quota: the real fan-out in virtual time.

The model: 10,000 members of one room at 20 messages a second, beside 50 rooms of 10 members, each at a
message in 5 s, some of them on the crowd's shard. API Gateway takes 10,000 posts a second from the account,
each in 50 ms; a page of the index takes 20 ms, a call to SQS 10 ms, a batch is picked up after 15 ms.
Latencies are from publishing to arrival; the first five seconds are not counted. `crowd_before` is the same
scene with the fan-out of 705c362, whose slices went over the shard queues.
"""

from shared.jobs import shard_of
from tests.bench.crowd_before import before
from tests.bench.crowd_scene import SMALL_ROOMS, Seen, figures, play
from tests.simulation.world import World


def run() -> dict[str, float]:
    """Measure the crowd with the small rooms, these alone, and both with the fan-out before."""
    return {
        **{f"crowd.{name}": value for name, value in figures(scene(crowd=True)).items()},
        "crowd.p99_ms.small_alone": figures(scene(crowd=False))["p99_ms.small"],
        **{f"crowd_before.{name}": value for name, value in figures(before()).items()},
    }


def scene(*, crowd: bool) -> Seen:
    """Play the scene with today's fan-out."""
    world = World()
    crowds = shard_of("crowd", world.shard_count)
    assert sum(shard_of(f"small-{n}", world.shard_count) == crowds for n in range(SMALL_ROOMS)) > 1
    return play(world, crowd=crowd)
