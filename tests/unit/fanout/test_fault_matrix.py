"""Faults one by one, on the real fan-out in virtual time: nothing is silent, no neighbour harmed."""

from collections.abc import Iterable
from random import Random

import pytest

from services.fanout.pace import SILENT_SECONDS
from services.fanout.records import MAX_ATTEMPTS
from services.fanout.settlement import MAX_HOPS
from services.ingest.sweeping import BACKLOG_JOBS, Backlogged, sweep
from shared.jobs import DeliveryJob, Outgoing, Target
from shared.protocol.message import Message
from tests.simulation.functions import EPOCH, TIMEOUT_SECONDS
from tests.simulation.gateway import Quota, Request, Status
from tests.simulation.percentile import percentile
from tests.simulation.world import WINDOW_SECONDS, World

TIME_ENOUGH = 3_600.0


@pytest.fixture
def world() -> World:
    return World()


def targets(names: Iterable[str]) -> tuple[Target, ...]:
    return tuple(Target(connection_id=name, protocol="v2") for name in names)


def dead_targets(world: World) -> set[tuple[str, str]]:
    """Connection and message of all that the dead-letter queue names."""
    return {
        (target.connection_id, outgoing.message.message_id)
        for job in world.dead_jobs()
        for target in job.targets or ()
        for outgoing in job.outgoing
    }


def failing(status: Status, *names: str, method: str | None = None) -> "Failing":
    return Failing(status, frozenset(names), method)


class Failing:
    """Requests that fail: to these connections (to all if none is named) with this method (or both)."""

    def __init__(self, status: Status, names: frozenset[str], method: str | None) -> None:
        self.status, self.names, self.method = status, names, method

    def __call__(self, request: Request) -> Status:
        hit = not self.names or request.connection_id in self.names
        return self.status if hit and self.method in (None, request.method) else 200


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418])
def test_a_refusal_that_is_about_us_dead_letters_every_name_and_says_so(world: World, status: int) -> None:
    names = world.room("room", 10)
    world.gateway.script = failing(status)
    message = world.say("room")

    world.run(TIME_ENOUGH)

    assert dead_targets(world) == {(name, message.message_id) for name in names}
    assert world.functions.report.totals["PostsNotAllowed" if status < 408 else "DeliveriesFailed"] > 0


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_that_is_mended_in_time_costs_nobody_a_message_or_a_connection(
    world: World, status: int
) -> None:
    names = world.room("room", 10)
    world.gateway.script = failing(status)
    message = world.say("room")
    world.run(10)
    world.gateway.script = lambda _request: 200

    world.run(TIME_ENOUGH)

    assert all(world.has(name, message) for name in names)
    assert world.closed == []
    assert world.dead_jobs() == []


def test_a_coalesced_frame_that_is_too_large_is_posted_message_by_message(world: World) -> None:
    names = world.room("room", 3)
    large: dict[str, int] = {}

    def too_large_together(request: Request) -> Status:
        several = b'"newMessages"' in request.body
        large[request.connection_id] = large.get(request.connection_id, 0) + several
        return 413 if several and request.connection_id == names[0] else 200

    world.gateway.script = too_large_together
    messages = [world.say("room") for _ in range(5)]

    world.run(TIME_ENOUGH)

    assert large[names[0]] == 1
    assert all(world.has(name, message) for name in names for message in messages)
    assert world.repeats == 0


def test_a_single_message_that_is_too_large_is_counted_and_not_repeated(world: World) -> None:
    names = world.room("room", 3)
    world.gateway.script = failing(413, names[0])
    world.say("room")

    world.run(TIME_ENOUGH)

    assert world.gateway.posts == 3
    assert world.functions.report.totals["FramesTooLarge"] == 1
    assert world.dead_jobs() == []


@pytest.mark.parametrize("fault", ["hang", "throttle"])
def test_a_room_that_cannot_be_read_delays_no_other_room(world: World, fault: str) -> None:
    world.room("bad", 10)
    good = world.room("good", 10)
    world.connections.rule = lambda call, _now: fault if call == "Query bad" else None
    world.shards[0].scheduler.run(0)
    # In one batch: one worker has both.
    bad_message, good_message = world.message("bad"), world.message("good")
    shard = world.shards[0]
    for message in (bad_message, good_message):
        world.accepted_at[message.message_id] = world.scheduler.now
        shard.send(DeliveryJob.of(message).encode())

    world.run(TIME_ENOUGH)

    assert all(world.has(name, good_message) for name in good)
    assert max(world.latencies("good")) < 0.2
    assert [job.room_id for job in world.dead_jobs()] == ["bad"]
    assert world.repeats == 0
    assert world.functions.timeouts == 0


def test_dynamodb_that_never_answers_ends_in_the_dead_letters_without_a_time_out(world: World) -> None:
    rooms = [f"room-{number}" for number in range(10)]
    for room in rooms:
        world.room(room, 3)
    world.connections.rule = lambda _call, _now: "hang"
    for room in rooms:
        world.say(room)

    world.run(TIME_ENOUGH)

    assert world.functions.timeouts == 0
    assert sorted(job.room_id for job in world.dead_jobs()) == rooms


def test_deletes_that_hang_hold_up_nobody(world: World) -> None:
    names = world.room("room", 32)
    ghosts = names[:16]
    world.gateway.script = failing(410, *ghosts)
    world.connections.rule = lambda call, _now: "hang" if call == "DeleteItem" else None
    took: list[float] = []
    world.functions.on_settled = took.append
    message = world.say("room")

    world.run(TIME_ENOUGH)

    assert all(world.has(name, message) for name in names[16:])
    assert max(took) < 2.0


def test_a_scatter_that_hangs_costs_its_record_a_return_and_no_other_anything(world: World) -> None:
    large = world.room("large", 1_000)
    world.room("small", 5)
    world.functions.sqs.rule = lambda call, now: "hang" if call == "SendMessageBatch" and now < 100 else None
    messages = [world.message("large"), world.message("small")]
    for message in messages:
        world.accepted_at[message.message_id] = 0.0
        world.shards[0].send(DeliveryJob.of(message).encode())

    world.run(TIME_ENOUGH)

    assert all(world.has(name, messages[0]) for name in large)
    assert max(world.latencies("small")) < 0.2
    assert world.functions.timeouts == 0


def test_sqs_that_never_answers_loses_nothing_and_lets_no_invocation_time_out(world: World) -> None:
    names = world.room("room", 10)
    world.functions.sqs.rule = lambda _call, now: "hang" if now < 400 else None
    world.gateway.script = failing(429, names[0], method="POST")
    took: list[float] = []
    world.functions.on_settled = took.append
    message = world.say("room")

    world.run(TIME_ENOUGH)

    assert all(world.has(name, message) for name in names[1:])
    assert world.closed == [names[0]]
    assert world.functions.timeouts == 0
    assert max(took) < TIMEOUT_SECONDS


def test_hanging_targets_on_their_last_attempt_are_closed_and_untouched_ones_are_not(world: World) -> None:
    hanging = [f"hanging-{number}" for number in range(12)]
    healthy = [f"healthy-{number}" for number in range(100)]
    for name in (*hanging, *healthy):
        world.connections.join("room", name)
    world.gateway.script = failing(None, *hanging, method="POST")
    message = world.message("room")
    world.accepted_at[message.message_id] = 0.0
    job = DeliveryJob.of(message, targets=targets([*hanging, *healthy]), attempt=MAX_ATTEMPTS - 1)

    world.enqueue(job)
    world.run(TIME_ENOUGH)

    assert sorted(world.closed) == sorted(hanging)
    assert all(world.has(name, message) for name in healthy)
    assert world.dead_jobs() == []
    assert max(world.latencies("healthy")) < 1.0


def test_what_time_does_not_suffice_for_is_split_off_and_counts_no_attempt(world: World) -> None:
    names = world.room("room", 3_000)
    world.gateway.latency = 1.9  # nobody fails, everybody is slow
    message = world.message("room")
    world.accepted_at[message.message_id] = 0.0
    world.enqueue(DeliveryJob.of(message, targets=targets(names), attempt=MAX_ATTEMPTS - 1))

    world.run(TIME_ENOUGH)

    assert all(world.has(name, message) for name in names)
    assert world.closed == []
    assert world.dead_jobs() == []


def test_a_job_is_sent_on_only_so_often_and_then_names_who_is_left(world: World) -> None:
    names = world.room("room", 5)
    message = world.message("room")
    outgoing = (Outgoing(message=message),)
    world.gateway.quota = Quota(0.0, 0.0)  # the account is throttled for good
    world.enqueue(DeliveryJob(outgoing=outgoing, targets=targets(names), hops=MAX_HOPS))

    world.run(TIME_ENOUGH)

    assert dead_targets(world) == {(name, message.message_id) for name in names}


def test_an_endpoint_that_comes_back_between_post_and_close_costs_no_healthy_member_its_connection(
    world: World,
) -> None:
    names = world.room("room", 5)
    seen: dict[str, int] = {}

    def dead_for_the_first_posts(request: Request) -> Status:
        seen[request.connection_id] = seen.get(request.connection_id, 0) + 1
        return 500 if seen[request.connection_id] <= 3 else 200

    world.gateway.script = dead_for_the_first_posts
    message = world.message("room")
    world.accepted_at[message.message_id] = 0.0
    world.enqueue(DeliveryJob.of(message, targets=targets(names), attempt=MAX_ATTEMPTS - 1))

    world.run(TIME_ENOUGH)

    assert world.closed == []
    assert all(world.has(name, message) for name in names)


@pytest.mark.parametrize(
    ("status", "at_most"),
    [
        (429, 1.2),
        (500, 1.2),
        (None, 1.6),
    ],  # who waits for silence leaves the next batch to others
)
def test_one_bad_reader_among_a_hundred_slows_nobody(status: Status, at_most: float) -> None:
    def p99_of_others(bad: bool) -> float:
        world = World()
        names = world.room("room", 100)
        if bad:
            world.gateway.script = failing(status, names[0], method="POST")
        for number in range(50):
            world.scheduler.spawn_at(number * 0.2, world.say, "room")
        world.run(60)
        return percentile([latency for name in names[1:] for latency in world.latencies(name)], 0.99)

    assert p99_of_others(bad=True) <= at_most * p99_of_others(bad=False)


@pytest.mark.parametrize(("silent_seconds", "is_closed"), [(10, False), (120, True)])
def test_a_silent_connection_is_posted_to_twice_before_it_is_closed(
    world: World, silent_seconds: int, is_closed: bool
) -> None:
    """A third post would hold up a worker for two seconds more; whoever is closed lacks nothing."""
    name, *others = world.room("room", 3)
    asked: list[float] = []

    def silent(request: Request) -> Status:
        if request.connection_id != name or request.method != "POST":
            return 200
        asked.append(request.at)
        return None if request.at < silent_seconds else 200

    world.gateway.script = silent
    message = world.say("room")

    world.run(TIME_ENOUGH)

    assert len(asked) == 2
    assert asked[1] - asked[0] > SILENT_SECONDS
    assert world.closed == ([name] if is_closed else [])
    assert world.has(name, message) is not is_closed
    assert max(latency for other in others for latency in world.latencies(other)) < 0.2


def test_hanging_connections_first_in_the_batch_harm_no_later_batch(world: World) -> None:
    names = world.room("room", 110)
    world.gateway.script = failing(None, *names[:10], method="POST")
    world.say("room")
    world.run(60)
    world.gateway.script = lambda _request: 200
    later = world.say("room")

    world.run(TIME_ENOUGH)

    assert all(world.has(name, later) for name in names[10:])
    assert (
        max(world.arrivals[name][later.message_id] for name in names[10:])
        - world.accepted_at[later.message_id]
        < 0.2
    )


@pytest.mark.parametrize("latency", [0.003, 0.010, 0.050])
def test_a_rate_limit_is_met_by_pacing_and_closes_no_healthy_connection(latency: float) -> None:
    world = World(concurrency=1, shard_count=1)
    world.gateway.latency = latency
    world.gateway.quota = Quota(rate=250, burst=250)
    names = world.room("room", 2_000)
    messages: list[Message] = []
    for number in range(10):
        world.scheduler.spawn_at(number * 10.0, lambda: messages.append(world.say("room")))

    world.run(TIME_ENOUGH)

    assert all(world.has(name, message) for name in names for message in messages)
    assert world.closed == []
    assert world.dead_jobs() == []
    posts_needed = sum(len(got) for got in world.arrivals.values())
    assert world.gateway.posts <= 1.3 * min(posts_needed, world.gateway.statuses[200])


def test_killed_between_put_and_publish_a_message_arrives_within_half_a_minute(world: World) -> None:
    names = world.room("room", 10)
    stored, told = world.message("room"), world.message("room")
    for message in (stored, told):
        world.accepted_at[message.message_id] = world.scheduler.now
    world.publish(told)

    world.scheduler.spawn_at(WINDOW_SECONDS, lambda: sweep([stored, told], world.sweeper(), EPOCH + 60))
    world.run(TIME_ENOUGH)

    assert all(world.has(name, message) for name in names for message in (stored, told))
    assert max(world.latencies()) < 30
    assert world.repeats == 0


def test_marks_that_cannot_be_written_cost_a_second_copy_and_nothing_else(world: World) -> None:
    names = world.room("room", 10)
    world.functions.published.rule = lambda call, _now: "hang" if call == "BatchWriteItem" else None
    message = world.say("room")

    world.scheduler.spawn_at(WINDOW_SECONDS, lambda: sweep([message], world.sweeper(), EPOCH + 60))
    world.run(TIME_ENOUGH)

    assert max(world.latencies()) < 0.2
    assert world.repeats == len(names)


def test_a_backlog_is_not_published_twice(world: World) -> None:
    world.room("room", 10)
    world.functions.concurrency = 0  # nobody works
    messages = [world.say("room") for _ in range(BACKLOG_JOBS + 1)]
    refused: list[Backlogged] = []

    def look() -> None:
        try:
            sweep(messages, world.sweeper(), EPOCH + 60)
        except Backlogged as backlogged:
            refused.append(backlogged)

    world.scheduler.spawn_at(WINDOW_SECONDS, look)
    world.run(TIME_ENOUGH)

    assert refused
    assert sum(queue.sent for queue in world.shards) == len(messages)


def test_killed_at_any_moment_of_a_batch_every_member_gets_every_message() -> None:
    random = Random(12)
    for _ in range(20):
        world = World()
        names = world.room("room", 300)
        messages = [world.say("room") for _ in range(3)]
        world.scheduler.spawn_at(random.uniform(0.01, 0.2), world.functions.kill_one)

        world.run(TIME_ENOUGH)

        assert all(world.has(name, message) for name in names for message in messages)
        assert world.dead_jobs() == []
