import pytest

from services.fanout.scatter import ScatterFailed, scatter
from shared.jobs import shard_of
from shared.stores.connections import Member
from tests.unit.examples import NOW, record
from tests.unit.fanout.queue_doubles import SHARDS, FakeQueues

LATER = float("inf")


def slices(count: int, size: int = 2) -> list[list[Member]]:
    return [[Member(f"c{part}-{number}=", "v2") for number in range(size)] for part in range(count)]


def test_slices_go_round_all_shards_the_own_one_last(fake: FakeQueues) -> None:
    own = shard_of("global", SHARDS)

    width = scatter(slices(SHARDS + 1), [record(1)], fake.queues, LATER, found_at=NOW)

    assert width == SHARDS + 1
    assert {shard: len(fake.slices(shard)) for shard in range(SHARDS)} == {
        shard: 2 if shard == (own + 1) % SHARDS else 1 for shard in range(SHARDS)
    }


def test_every_member_is_in_exactly_one_job_which_has_all_messages(fake: FakeQueues) -> None:
    parts = slices(45, size=3)
    scatter(parts, [record(1), record(2)], fake.queues, LATER, found_at=NOW)

    jobs = fake.all_jobs()
    targets = [target.connection_id for job in jobs for target in job.targets or ()]
    assert sorted(targets) == sorted(member.connection_id for part in parts for member in part)
    assert {job.outgoing for job in jobs} == {(*record(1).job.outgoing, *record(2).job.outgoing)}
    assert {job.hops for job in jobs} == {1}
    assert {job.found_at for job in jobs} == {NOW}


def test_messages_too_large_for_one_job_are_several_on_the_same_queue(fake: FakeQueues) -> None:
    large = [record(number, content="x" * 100_000) for number in range(5)]
    scatter(slices(1), large, fake.queues, LATER, found_at=NOW)

    jobs = fake.all_jobs()
    assert [len(job.outgoing) for job in jobs] == [2, 2, 1]
    assert len({job.targets for job in jobs}) == 1


def test_the_sender_is_left_out_of_its_slice_too(fake: FakeQueues) -> None:
    scatter(slices(1), [record(1, exclude="c0-1=")], fake.queues, LATER, found_at=NOW)

    assert [target.connection_id for target in fake.all_jobs()[0].targets or ()] == ["c0-0="]


def test_who_said_one_of_several_is_left_out_of_that_alone(fake: FakeQueues) -> None:
    scatter(slices(1), [record(1, exclude="c0-1="), record(2)], fake.queues, LATER, found_at=NOW)

    (job,) = fake.all_jobs()
    assert [target.connection_id for target in job.targets or ()] == ["c0-0=", "c0-1="]
    assert [each.exclude for each in job.outgoing] == ["c0-1=", None]


def test_ten_jobs_of_a_shard_are_one_call(fake: FakeQueues) -> None:
    scatter(slices(SHARDS * 10), [record(1)], fake.queues, LATER, found_at=NOW)

    assert [len(call["Entries"]) for _, call in fake.calls] == [10] * SHARDS


def test_nobody_else_is_no_call(fake: FakeQueues) -> None:
    assert scatter([], [record(1)], fake.queues, LATER, found_at=NOW) == 0
    assert fake.calls == []


def test_a_slice_that_is_not_taken_is_not_passed_over(fake: FakeQueues) -> None:
    fake.fail = lambda *_: "call"

    with pytest.raises(ScatterFailed):
        scatter(slices(1), [record(1)], fake.queues, LATER, found_at=NOW)
