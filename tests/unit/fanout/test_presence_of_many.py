"""Who comes and goes, in virtual time: what it costs to tell many of each other."""

import pytest

from services.fanout.pace import ALLOWED_BURST_SECONDS
from shared.jobs import EventKind
from tests.simulation.gateway import presence_of
from tests.simulation.world import World

ROOM = "room"
WINDOW_SECONDS = 2  # the topology's; two workers gather in turn


def come(world: World, count: int, within: float) -> list[str]:
    """Let people come into the room, evenly spread over some seconds."""
    names = [f"p{number:03d}" for number in range(count)]
    for number, name in enumerate(names):
        world.scheduler.spawn_at(within * number / count, arrive, world, name)
    return names


def arrive(world: World, name: str) -> None:
    world.connections.join(ROOM, name)
    world.announce("joined", ROOM, name)


@pytest.mark.parametrize("count", [10, 50, 100])
@pytest.mark.parametrize("within", [0.0, 1.0])
def test_posts_for_people_coming_at_once_are_in_proportion_to_them(count: int, within: float) -> None:
    world = World()
    names = come(world, count, within)

    world.run(30)

    assert world.gateway.posts <= 4 * count  # of each worker one now, and one for those after it
    for name in names:
        others = {presence_of(other, True) for other in names if other != name}
        assert others <= world.arrivals[name].keys()


def test_a_member_is_told_once_a_second_at_most_however_many_move() -> None:
    """99 members and a hundred changes a second: told one by one that was 9,900 posts a second."""
    world, members, seconds = World(), 99, 20
    world.room(ROOM, members)
    for number in range(100 * seconds):
        kind: EventKind = "left" if number % 2 else "joined"
        world.scheduler.spawn_at(number / 100, world.announce, kind, ROOM, f"guest{number // 2}")

    world.run(60)

    assert world.gateway.posts <= members * (seconds + WINDOW_SECONDS + 1)
    assert all(any(seen.endswith("went") for seen in got) for got in world.arrivals.values())


def test_presence_of_many_rooms_keeps_to_its_rate_and_messages_do_not_wait() -> None:
    """In a hundred rooms of fifty everybody comes within two seconds; somebody speaks in another one."""
    world = World()
    world.room("quiet", 10)
    posted: list[float] = []
    deliver = world.gateway.arrived

    def arrived(name: str, ids: tuple[str, ...], at: float) -> None:
        posted.append(at)
        deliver(name, ids, at)

    world.gateway.arrived = arrived
    for number in range(5_000):
        room, name = f"room-{number % 100}", f"p{number}"
        world.connections.join(room, name)
        world.scheduler.spawn_at(number / 2_500, world.announce, "joined", room, name)
    world.scheduler.spawn_at(3.0, world.say, "quiet")

    world.run(60)

    busiest = max(sum(second <= at < second + 1 for at in posted) for second in range(12))
    assert busiest <= 2 * world.functions.event_rate * (1 + ALLOWED_BURST_SECONDS)
    assert max(world.latencies("quiet")) < 0.1
