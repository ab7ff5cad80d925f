import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.jobs import DeliveryJob, EphemeralEvent, EphemeralJob, NotAJob, Target, read_job, shard_of
from tests.unit.examples import NOW, connection, message

ROOMS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)


@given(ROOMS, st.integers(min_value=1, max_value=64))
def test_a_room_has_one_shard_of_those_there_are(room: str, shards: int) -> None:
    assert 0 <= shard_of(room, shards) < shards
    assert shard_of(room, shards) == shard_of(room, shards)


def test_the_shard_of_a_room_never_changes_between_releases() -> None:
    assert [shard_of(room, 4) for room in ("global", "general", "random", "a", "b")] == [3, 2, 1, 3, 1]


def test_a_job_survives_its_queue() -> None:
    job = DeliveryJob.of(
        message(1, content="ü 😀 \u2028"),
        targets=(Target(connection_id="L0SM9cOFvHcCIhw=", protocol="v1"),),
        exclude="x=",
        attempt=3,
    )

    assert read_job(job.encode()) == job


def test_a_job_of_an_older_release_is_read() -> None:
    said = message(1)
    old = json.dumps(
        {"message": said.model_dump(by_alias=True), "targets": None, "exclude": "x=", "attempt": 2}
    )

    assert read_job(old) == DeliveryJob.of(said, exclude="x=", attempt=2)


def test_an_event_survives_its_queue_beside_the_messages() -> None:
    event = EphemeralEvent.of("left", connection("c1=", room="kitchen"), NOW)
    job = EphemeralJob(event=event, exclude="c1=")

    assert read_job(job.encode()) == job


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("rubbish", "not a DeliveryJob: "),
        ("[]", "not a DeliveryJob: "),
        ("{}", "not a DeliveryJob: outgoing "),
        ('{"message": {}}', "not a DeliveryJob: outgoing.0.message.message.roomId "),
        ('{"event": {}, "exclude": "c1="}', "not an EphemeralJob: event.userId "),
    ],
)
def test_what_is_no_job_is_refused_with_its_kind_and_place(body: str, reason: str) -> None:
    with pytest.raises(NotAJob) as refusal:
        read_job(body)

    assert str(refusal.value).startswith(reason)
