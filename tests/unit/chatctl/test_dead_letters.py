"""Dead letters on moto's SQS; what fails does so by a wrapped client."""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chatctl.dead_letters import (
    RECEIVED_TOO_OFTEN,
    STALE_EVENT,
    DeadLetter,
    Filter,
    Result,
    drop,
    redrive,
    survey,
)
from chatctl.still_said import Place
from services.fanout.queues import Queues
from shared.jobs import DeliveryJob, EphemeralEvent, EphemeralJob, shard_of
from tests.unit.examples import NOW, connection, record

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

SHARDS = 3
ALL = Filter(NOW)


@pytest.fixture
def sqs(aws: None) -> "SQSClient":
    return boto3.client("sqs")


@pytest.fixture
def shard_urls(sqs: "SQSClient") -> list[str]:
    return [sqs.create_queue(QueueName=f"shard-{shard}")["QueueUrl"] for shard in range(SHARDS)]


@pytest.fixture
def dead(sqs: "SQSClient") -> str:
    return sqs.create_queue(QueueName="dead-letters")["QueueUrl"]


@pytest.fixture
def queues(sqs: "SQSClient", shard_urls: list[str], dead: str) -> Queues:
    return queues_of(sqs, shard_urls, dead)


def at_any_pace(_count: int) -> None:
    pass


def nothing_gone(_entries: object) -> set[Place]:
    return set()


def job(number: int, room: str = "global", attempt: int = 5) -> DeliveryJob:
    return record(number, targets=["a=", "b="], room=room, attempt=attempt).job


def ids(letters: Sequence[DeadLetter]) -> list[str]:
    return [letter.letter_id for letter in letters]


def bodies(sqs: "SQSClient", url: str) -> list[str]:
    """Takes what is visible on a queue."""
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [each["Body"] for each in messages]
    return found


class Failing:
    """A client whose named call fails."""

    def __init__(self, sqs: "SQSClient", call: str) -> None:
        self._sqs, self._call = sqs, call

    def __getattr__(self, name: str) -> Any:
        if name == self._call:
            return self._fail
        return getattr(self._sqs, name)

    def _fail(self, **_arguments: Any) -> None:
        raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, self._call)


class DeepQueue:
    """A queue whose letters come back after their lease, at 25 ms a call."""

    def __init__(self, letters: int) -> None:
        self.now = 0.0
        self._visible = deque((0.0, number) for number in range(letters))

    def get_queue_attributes(self, **_asked: object) -> Any:
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self._visible))}}

    def receive_message(self, **asked: Any) -> Any:
        self.now += 0.025
        assert self.now < 3_600, "it never ends"
        found: list[int] = []
        while len(found) < 10 and self._visible and self._visible[0][0] <= self.now:
            found.append(self._visible.popleft()[1])
        self._visible.extend((self.now + asked["VisibilityTimeout"], number) for number in found)
        return {
            "Messages": [
                {
                    "MessageId": str(number),
                    "ReceiptHandle": "r",
                    "Body": "rubbish",
                    "Attributes": {"SentTimestamp": "0"},
                }
                for number in found
            ]
        }

    def change_message_visibility_batch(self, **_asked: object) -> None:
        self.now += 0.025


def queues_of(client: Any, shard_urls: list[str], dead: str) -> Queues:
    return Queues(
        client, shard_urls=shard_urls, slice_urls=[], dead_letter_url=dead, warn=lambda _reason: None
    )


def redriven(job: DeliveryJob) -> DeliveryJob:
    """Return the job as a redrive sends it: as if it were new, but without its time."""
    outgoing = tuple(each.model_copy(update={"accepted_at": None}) for each in job.outgoing)
    return job.model_copy(update={"outgoing": outgoing, "attempt": 0, "hops": 0})


def letter(job: DeliveryJob | None, *, sent_at: int = NOW, reason: str = RECEIVED_TOO_OFTEN) -> DeadLetter:
    return DeadLetter("1", "r", job.encode() if job else "rubbish", sent_at, reason, job)


@pytest.mark.parametrize(
    ("wanted", "takes"),
    [
        (Filter(NOW + 5_000), True),
        (Filter(NOW + 5_000, room="global"), True),
        (Filter(NOW + 5_000, room="other"), False),
        (Filter(NOW + 5_000, attempt=5), True),
        (Filter(NOW + 5_000, attempt=4), False),
        (Filter(NOW + 5_000, older_than_ms=4_999), True),
        (Filter(NOW + 5_000, older_than_ms=5_000), False),
        (Filter(NOW + 5_000, newer_than_ms=5_001), True),
        (Filter(NOW + 5_000, newer_than_ms=5_000), False),
        (Filter(NOW + 5_000, reason="TOO often"), True),
        (Filter(NOW + 5_000, reason="not closed"), False),
        (Filter(NOW + 5_000, room="global", attempt=4), False),
    ],
)
def test_all_parts_of_a_filter_must_hold(wanted: Filter, takes: bool) -> None:
    assert wanted.takes(letter(job(1))) is takes


def test_poison_is_in_no_room_and_at_no_attempt() -> None:
    assert ALL.takes(letter(None))
    assert not Filter(NOW, room="global").takes(letter(None))
    assert not Filter(NOW, attempt=0).takes(letter(None))


def test_a_survey_tells_reasons_and_poison_and_leaves_everything_where_it_was(
    sqs: "SQSClient", dead: str, queues: Queues
) -> None:
    queues.dead_letter(job(1).encode(), "not delivered")
    sqs.send_message(QueueUrl=dead, MessageBody="rubbish")
    for number in range(2, 25):
        sqs.send_message(QueueUrl=dead, MessageBody=job(number).encode())

    first = survey(sqs, dead, ALL)
    second = survey(sqs, dead, ALL)

    assert len(first) == 25
    assert set(ids(first)) == set(ids(second))
    assert {each.reason for each in first} == {"not delivered", RECEIVED_TOO_OFTEN}
    assert [each.body for each in first if each.job is None] == ["rubbish"]


def test_a_redriven_job_is_on_the_queue_of_its_room_with_its_attempts_forgotten(
    sqs: "SQSClient", dead: str, queues: Queues, shard_urls: list[str]
) -> None:
    jobs = [job(number, room=f"room-{number % 5}") for number in range(25)]
    for each in jobs:
        sqs.send_message(QueueUrl=dead, MessageBody=each.encode())

    result = redrive(sqs, dead, ids(survey(sqs, dead, ALL)), queues, gone=nothing_gone, pace=at_any_pace)

    assert result == Result(done=25, failed=0)
    assert survey(sqs, dead, ALL) == []
    for shard, url in enumerate(shard_urls):
        expected = [redriven(each).encode() for each in jobs if shard_of(each.room_id, SHARDS) == shard]
        assert sorted(bodies(sqs, url)) == sorted(expected)


def test_a_deep_queue_is_looked_through_once_before_its_letters_come_back() -> None:
    """An hour of `@connections` being dead in a busy room leaves so many."""
    deep = DeepQueue(60_000)

    assert len(survey(deep, "url", ALL)) == 60_000  # type: ignore[arg-type]  # what a survey calls of it


def test_letters_that_were_not_asked_for_stay_and_can_be_seen(
    sqs: "SQSClient", dead: str, queues: Queues
) -> None:
    sqs.send_message(QueueUrl=dead, MessageBody=job(1, room="mine").encode())
    sqs.send_message(QueueUrl=dead, MessageBody=job(2, room="other").encode())
    asked = ids(survey(sqs, dead, Filter(NOW, room="mine")))
    sqs.send_message(QueueUrl=dead, MessageBody=job(3, room="mine").encode())

    redrive(sqs, dead, asked, queues, gone=nothing_gone, pace=at_any_pace)

    left = [each.job.room_id for each in survey(sqs, dead, ALL) if each.job]
    assert sorted(left) == ["mine", "other"]


def test_an_event_is_not_redriven_and_can_be_dropped_by_its_reason(
    sqs: "SQSClient", dead: str, queues: Queues
) -> None:
    event = EphemeralJob(event=EphemeralEvent.of("left", connection("a="), NOW), exclude="a=")
    sqs.send_message(QueueUrl=dead, MessageBody=event.encode())
    sqs.send_message(QueueUrl=dead, MessageBody=job(1).encode())

    events = survey(sqs, dead, Filter(NOW, reason=STALE_EVENT))

    assert redrive(
        sqs, dead, ids(survey(sqs, dead, ALL)), queues, gone=nothing_gone, pace=at_any_pace
    ) == Result(done=1, failed=1)
    assert drop(sqs, dead, ids(events), at_any_pace) == Result(done=1, failed=0)
    assert survey(sqs, dead, ALL) == []


def test_a_text_that_is_gone_is_not_brought_back_and_its_letter_goes(
    sqs: "SQSClient", dead: str, queues: Queues, shard_urls: list[str]
) -> None:
    kept, gone = job(1), job(2)
    both = kept.model_copy(update={"outgoing": (*kept.outgoing, *gone.outgoing)})
    for each in (both, gone):
        sqs.send_message(QueueUrl=dead, MessageBody=each.encode())
    place = ("global", gone.outgoing[0].message.sort_key)

    result = redrive(
        sqs, dead, ids(survey(sqs, dead, ALL)), queues, gone=lambda _entries: {place}, pace=at_any_pace
    )

    assert result == Result(done=2, failed=0)
    assert survey(sqs, dead, ALL) == []
    assert bodies(sqs, shard_urls[shard_of("global", SHARDS)]) == [redriven(kept).encode()]


def test_poison_is_not_redriven(sqs: "SQSClient", dead: str, queues: Queues) -> None:
    sqs.send_message(QueueUrl=dead, MessageBody="rubbish")

    result = redrive(sqs, dead, ids(survey(sqs, dead, ALL)), queues, gone=nothing_gone, pace=at_any_pace)

    assert result == Result(done=0, failed=1)
    assert [each.body for each in survey(sqs, dead, ALL)] == ["rubbish"]


def test_what_its_shard_does_not_take_stays_a_dead_letter(
    sqs: "SQSClient", dead: str, shard_urls: list[str]
) -> None:
    sqs.send_message(QueueUrl=dead, MessageBody=job(1).encode())
    deaf = queues_of(Failing(sqs, "send_message_batch"), shard_urls, dead)

    result = redrive(sqs, dead, ids(survey(sqs, dead, ALL)), deaf, gone=nothing_gone, pace=at_any_pace)

    assert result == Result(done=0, failed=1)
    assert [each.job for each in survey(sqs, dead, ALL)] == [job(1)]


def test_killed_between_sending_and_deleting_a_redrive_loses_nothing(
    sqs: "SQSClient", dead: str, queues: Queues, shard_urls: list[str]
) -> None:
    sqs.send_message(QueueUrl=dead, MessageBody=job(1).encode())
    asked = ids(survey(sqs, dead, ALL))
    dying: Any = Failing(sqs, "delete_message_batch")

    with pytest.raises(ClientError):
        redrive(dying, dead, asked, queues, gone=nothing_gone, pace=at_any_pace)

    on_its_shard = bodies(sqs, shard_urls[shard_of("global", SHARDS)])
    assert on_its_shard == [redriven(job(1)).encode()]
    counts = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessagesNotVisible"])
    assert counts["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_a_drop_deletes_just_what_was_asked_for(sqs: "SQSClient", dead: str) -> None:
    sqs.send_message(QueueUrl=dead, MessageBody="rubbish")
    sqs.send_message(QueueUrl=dead, MessageBody=job(1).encode())
    asked = [each.letter_id for each in survey(sqs, dead, ALL) if each.job is None]

    assert drop(sqs, dead, asked, at_any_pace) == Result(done=1, failed=0)
    assert [each.job for each in survey(sqs, dead, ALL)] == [job(1)]


def test_letters_that_are_gone_meanwhile_count_as_failed(sqs: "SQSClient", dead: str) -> None:
    assert drop(sqs, dead, ["gone"], at_any_pace) == Result(done=0, failed=1)


def test_the_pace_is_told_of_every_letter_before_it_goes(sqs: "SQSClient", dead: str, queues: Queues) -> None:
    for number in range(12):
        sqs.send_message(QueueUrl=dead, MessageBody=job(number).encode())
    told: list[int] = []

    redrive(sqs, dead, ids(survey(sqs, dead, ALL)), queues, gone=nothing_gone, pace=told.append)

    assert sum(told) == 12
    assert max(told) <= 10
