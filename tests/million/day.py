"""A day of a million connections, compressed: a stretch of each hour, and what goes wrong on it."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi

import numpy as np

from tests.million.data import Aws, load_aws
from tests.million.meters import Meters
from tests.million.population import Population, zipf_sizes
from tests.million.world import Talk, World
from tests.simulation.functions import EPOCH

CONNECTIONS = 1_000_000
ROOMS = 200_000
EXPONENT = 0.8  # the largest room has 19,000 members, a quarter of all are in rooms beyond a slice
HOUR_SECONDS = 10.0  # of each hour
EVENT_SECONDS = 30.0
NIGHT_SHARE = 0.3  # of the connections at the quietest hour
PEAK_HOUR = 20
STORM_SHARE = 0.03
WATCHED = 400
# What a deployment of this size has to ask AWS for; at the defaults it does not work, see the first stretch.
RAISED = {
    "api_requests_per_second": 60_000.0,
    "api_request_burst": 30_000.0,
    "new_connections_per_second": 2_000.0,
}
# Of the quota, what the workers of slices leave to everybody else; the topology does so of AWS's default.
LEFT_BY_SLICES = 0.05

Disturb = Callable[[World], None]


@dataclass(frozen=True)
class Stretch:
    """A part of the day.

    Attributes:
        hour: decides how many are connected.
        quotas: replace AWS's defaults.
        pace_is_raised: whether the workers of slices post as fast as these quotas let them, or as the
            topology says.
        presence_is_told: whether rooms hear of who comes and goes.
    """

    name: str
    hour: int
    seconds: float
    quotas: dict[str, float]
    disturb: Disturb | None = None
    settle_seconds: float = 20.0
    pace_is_raised: bool = True
    presence_is_told: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of a stretch.

    Attributes:
        limits: what could bind, by the names of `meters.peaks`.
        played: what watched clients saw, and their rooms' history.
    """

    stretch: str
    hour: int
    seconds: float
    meters: Meters
    limits: dict[str, float]
    played: dict[str, object]
    cpu_seconds: float


def share_at(hour: int) -> float:
    """Return the share of the connections that are open at an hour."""
    return NIGHT_SHARE + (1 - NIGHT_SHARE) * (1 + cos(2 * pi * (hour - PEAK_HOUR) / 24)) / 2


def _deployments(world: World) -> None:
    """Release twice: every environment starts anew."""
    world.every(15.0, world.functions.deploy, begins=10.0, ends=30.0)


def _reconnect_storm(world: World) -> None:
    """Cut 3 % of all connections off at once."""

    def cut() -> None:
        open_now = np.flatnonzero(world.population.open)
        chosen = world._numbers.choice(open_now, int(STORM_SHARE * len(open_now)), replace=False)
        watched = [number for number in list(world.watched)[: WATCHED // 2] if world.population.open[number]]
        world.cut({*map(int, chosen), *watched})

    world.scheduler.spawn_at(5.0, cut)


def _hot_room(world: World) -> None:
    """Let the largest room get five messages a second for four seconds."""
    world.every(0.2, lambda: world.say(0), begins=3.0, ends=7.0)


def _throttled_region(world: World) -> None:
    """Let half of the queries be throttled, a tenth of the posts fail, and a third of the quota be left."""

    def begin() -> None:
        world.table.failing, world.api.failing, world.api.throttled_to = 0.5, 0.1, 0.33

    def end() -> None:
        world.table.failing, world.api.failing, world.api.throttled_to = 0.0, 0.0, 1.0

    world.scheduler.spawn_at(5.0, begin)
    world.scheduler.spawn_at(20.0, end)


def stretches() -> list[Stretch]:
    """Return the day's parts; the longest first, so that several processes end at about the same time."""
    events = [
        Stretch("reconnect storm", PEAK_HOUR, EVENT_SECONDS, RAISED, _reconnect_storm, 60.0),
        Stretch(
            "storm, no presence",
            PEAK_HOUR,
            EVENT_SECONDS,
            RAISED,
            _reconnect_storm,
            60.0,
            presence_is_told=False,
        ),
        Stretch("throttled region", PEAK_HOUR, EVENT_SECONDS, RAISED, _throttled_region, 80.0),
        Stretch("AWS's default quotas", PEAK_HOUR, 10.0, {}, None, 40.0),
        Stretch("hot room", PEAK_HOUR, 8.0, RAISED, _hot_room, 30.0),
        Stretch(
            "hot room, the topology's pace", PEAK_HOUR, 8.0, RAISED, _hot_room, 60.0, pace_is_raised=False
        ),
        Stretch("deployments", PEAK_HOUR, EVENT_SECONDS, RAISED, _deployments),
    ]
    return events + [Stretch(f"{hour:02}:00", hour, HOUR_SECONDS, RAISED) for hour in range(24)]


def simulate(
    stretch: Stretch, *, connections: int = CONNECTIONS, rooms: int = ROOMS, talk: Talk | None = None
) -> Outcome:
    """Let a stretch pass and return what came of it."""
    began = time.process_time()
    aws = _aws_of(stretch)
    population = Population(zipf_sizes(connections, rooms, EXPONENT))
    population.keep_open(share_at(stretch.hour), np.random.default_rng(stretch.hour))
    world = World(aws, population, talk or Talk(), seed=stretch.hour)
    world.watch(_some_open(population))
    if stretch.disturb:
        stretch.disturb(world)
    gc.freeze()
    meters = world.run(stretch.seconds, stretch.settle_seconds)
    return Outcome(
        stretch=stretch.name,
        hour=stretch.hour,
        seconds=stretch.seconds,
        meters=meters,
        limits=aws.limits,
        played={
            "clients": [
                {"number": each.number, "room": str(population.room_of(each.number)), "events": each.events}
                for each in world.watched.values()
            ],
            "history": {str(room): messages for room, messages in world.history.items()},
            "epoch": EPOCH,
            "ends": stretch.seconds + stretch.settle_seconds,
        },
        cpu_seconds=time.process_time() - began,
    )


def _aws_of(stretch: Stretch) -> Aws:
    aws = load_aws().with_quotas(**stretch.quotas)
    if not stretch.presence_is_told:
        aws = aws.without_presence()
    if not stretch.pace_is_raised:
        return aws
    workers = aws.shards * aws.concurrency_of_slices
    return aws.with_slice_pace((1 - LEFT_BY_SLICES) * aws.quotas["api_requests_per_second"] / workers)


def _some_open(population: Population) -> list[int]:
    """Return open connections of the largest rooms, where something is said in so short a time."""
    found = []
    for room in range(0, min(4 * WATCHED, population.rooms), 4):
        begin, end = population.starts[room], population.starts[room + 1]
        opened = np.flatnonzero(population.open[begin:end])
        if len(opened):
            found.append(begin + int(opened[len(opened) // 2]))
    return found
