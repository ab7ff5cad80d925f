"""Slice queues: what waits is taken at once, a busy room is held back a little, a quiet one not."""

from services.fanout.drain import HOLD_SECONDS, POSTS_PER_SECOND, Held
from services.fanout.pace import ALLOWED_BURST_SECONDS
from shared.jobs import DeliveryJob, Target
from tests.simulation.functions import EPOCH
from tests.simulation.gateway import Request
from tests.simulation.world import World

TIME_ENOUGH = 600.0


def test_a_quiet_room_is_not_held_back_and_a_busy_one_never_for_long() -> None:
    held = Held()
    assert held.seconds_for({"room"}, 10.0) == 0
    held.take({"room"}, 10.0)

    assert held.seconds_for({"room"}, 10.0) == HOLD_SECONDS
    assert held.seconds_for({"other"}, 10.0) == 0
    assert held.seconds_for({"room"}, 10.0 + 1 / POSTS_PER_SECOND) == 0


def test_all_that_waits_for_a_slice_is_one_post_a_member() -> None:
    world = World()
    names = [f"name-{number}" for number in range(20)]
    targets = tuple(Target(connection_id=name, protocol="v2") for name in names)
    for name in names:
        world.connections.join("room", name)
    messages = [world.message("room") for _ in range(60)]
    for message in messages:
        world.accepted_at[message.message_id] = 0.0
        world.slices[0].send(DeliveryJob.of(message, targets=targets).encode())

    world.run(TIME_ENOUGH)

    assert all(world.has(name, message) for name in names for message in messages)
    assert world.gateway.posts <= 2 * len(names)  # two workers have taken them
    assert world.repeats == 0
    assert world.slices[0].waiting() == []


def test_a_slice_that_fails_is_tried_again_whoever_took_it() -> None:
    world = World()
    failing = {"name-0": 0}

    def script(request: Request) -> int:
        if failing.get(request.connection_id, 5) < 5:
            failing[request.connection_id] += 1
            return 500
        return 200

    world.gateway.script = script
    targets = tuple(Target(connection_id=f"name-{number}", protocol="v2") for number in range(5))
    for target in targets:
        world.connections.join("room", target.connection_id)
    messages = [world.message("room") for _ in range(40)]
    for message in messages:
        world.accepted_at[message.message_id] = 0.0
        world.slices[1].send(DeliveryJob.of(message, targets=targets).encode())

    world.run(TIME_ENOUGH)

    assert all(world.has(target.connection_id, message) for target in targets for message in messages)
    assert world.dead_jobs() == []
    assert world.closed == []


def test_a_message_that_comes_during_a_round_is_posted_from_there_on() -> None:
    world = World(slice_size=125)
    world.functions.slice_concurrency = 1
    world.functions.slice_rate = 100.0
    names = [f"name-{number}" for number in range(300)]
    targets = tuple(Target(connection_id=name, protocol="v2") for name in names)
    for name in names:
        world.connections.join("room", name)
    early, late = world.message("room"), world.message("room")
    for message, at in ((early, 0.0), (late, 1.0)):
        world.accepted_at[message.message_id] = at
        found_at = int((EPOCH + at) * 1000)
        job = DeliveryJob.of(message, targets=targets).model_copy(update={"found_at": found_at}).encode()
        world.scheduler.spawn_at(at, world.slices[0].send, job)

    world.run(TIME_ENOUGH)

    waited = [world.arrivals[name][late.message_id] - 1.0 for name in names]
    assert max(waited) < 3.5  # a round takes 3 s, of which 2 s were left
    assert world.gateway.posts <= 1.5 * len(names)
    assert world.repeats == 0
    assert world.slices[0].waiting() == []


def test_slices_keep_to_their_rate() -> None:
    world = World(slice_size=125)
    world.room("crowd", 4_000)
    began: list[float] = []

    def noted(request: Request) -> int:
        began.append(request.at)
        return 200

    world.gateway.script = noted
    world.say("crowd")

    world.run(TIME_ENOUGH)

    rate = world.functions.slice_rate * world.functions.slice_concurrency * world.shard_count
    seconds = max(began) - min(began)
    assert len(began) == 4_000
    assert len(began) <= 1.05 * rate * (seconds + ALLOWED_BURST_SECONDS)
