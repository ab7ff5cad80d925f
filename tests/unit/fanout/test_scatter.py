import pytest

from services.fanout.scatter import ScatterFailed, scatter
from shared.jobs import shard_of
from shared.stores.connections import Member
from tests.unit.examples import record
from tests.unit.fanout.queue_doubles import SHARDS, FakeQueues


def slices(count: int, size: int = 2) -> list[list[Member]]:
    return [[Member(f"c{part}-{number}=", "v2") for number in range(size)] for part in range(count)]


def test_slices_go_round_all_shards_the_own_one_last(fake: FakeQueues) -> None:
    own = shard_of("global", SHARDS)

    width = scatter(slices(SHARDS + 1), [record(1)], fake.queues)

    assert width == SHARDS + 1
    assert {shard: len(fake.jobs(shard)) for shard in range(SHARDS)} == {
        shard: 2 if shard == (own + 1) % SHARDS else 1 for shard in range(SHARDS)
    }


def test_every_member_is_in_exactly_one_job_of_each_message(fake: FakeQueues) -> None:
    parts = slices(45, size=3)
    scatter(parts, [record(1), record(2)], fake.queues)

    jobs = fake.all_jobs()
    for number in (1, 2):
        mine = [job for job in jobs if job.message == record(number).job.message]
        targets = [target.connection_id for job in mine for target in job.targets or ()]
        assert sorted(targets) == sorted(member.connection_id for part in parts for member in part)


def test_the_jobs_of_a_slice_share_a_queue_so_that_they_can_be_coalesced(fake: FakeQueues) -> None:
    scatter(slices(SHARDS), [record(1), record(2), record(3)], fake.queues)

    for shard in range(SHARDS):
        jobs = fake.jobs(shard)
        assert len(jobs) == 3
        assert len({job.targets for job in jobs}) == 1


def test_the_sender_is_left_out_of_its_slice_too(fake: FakeQueues) -> None:
    scatter(slices(1), [record(1, exclude="c0-1=")], fake.queues)

    assert [target.connection_id for target in fake.all_jobs()[0].targets or ()] == ["c0-0="]


def test_ten_jobs_of_a_shard_are_one_call(fake: FakeQueues) -> None:
    scatter(slices(SHARDS * 10), [record(1)], fake.queues)

    assert [len(call["Entries"]) for _, call in fake.calls] == [10] * SHARDS


def test_nobody_else_is_no_call(fake: FakeQueues) -> None:
    assert scatter([], [record(1)], fake.queues) == 0
    assert fake.calls == []


def test_a_slice_that_is_not_taken_is_not_passed_over(fake: FakeQueues) -> None:
    fake.fail = lambda *_: "call"

    with pytest.raises(ScatterFailed):
        scatter(slices(1), [record(1)], fake.queues)
