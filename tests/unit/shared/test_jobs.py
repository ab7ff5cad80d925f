from hypothesis import given
from hypothesis import strategies as st

from shared.jobs import DeliveryJob, Target, shard_of
from tests.unit.examples import message

ROOMS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)


@given(ROOMS, st.integers(min_value=1, max_value=64))
def test_a_room_has_one_shard_of_those_there_are(room: str, shards: int) -> None:
    assert 0 <= shard_of(room, shards) < shards
    assert shard_of(room, shards) == shard_of(room, shards)


def test_the_shard_of_a_room_never_changes_between_releases() -> None:
    assert [shard_of(room, 4) for room in ("global", "general", "random", "a", "b")] == [3, 2, 1, 3, 1]


def test_a_job_survives_its_queue() -> None:
    job = DeliveryJob(
        message=message(1, content="ü 😀 \u2028"),
        targets=(Target(connection_id="L0SM9cOFvHcCIhw=", protocol="v1"),),
        exclude="x=",
        attempt=3,
    )

    assert DeliveryJob.model_validate_json(job.encode()) == job
