import pytest

from services.fanout.queues import BATCH_LIMIT_BYTES, Posting, QueueUnavailable
from tests.unit.examples import record
from tests.unit.fanout.queue_doubles import FakeQueues


def posting(number: int, shard: int = 0, *, delay: int = 0, content: str = "Hello") -> Posting:
    return Posting(record(number, targets=["a="], content=content).job, shard, delay)


def batch_sizes(fake: FakeQueues) -> list[int]:
    return [len(call["Entries"]) for name, call in fake.calls if name == "send_message_batch"]


def test_jobs_reach_the_queue_of_their_shard(fake: FakeQueues) -> None:
    postings = [posting(1, 0), posting(2, 2), posting(3, 0)]

    assert fake.queues.send(postings) == []
    assert fake.jobs(0) == [postings[0].job, postings[2].job]
    assert fake.jobs(2) == [postings[1].job]


def test_a_call_takes_ten(fake: FakeQueues) -> None:
    fake.queues.send([posting(number) for number in range(23)])

    assert batch_sizes(fake) == [10, 10, 3]


def test_a_call_stays_under_the_bytes_that_sqs_takes(fake: FakeQueues) -> None:
    large = "x" * 300_000
    fake.queues.send([posting(number, content=large) for number in range(5)])

    assert batch_sizes(fake) == [3, 2]
    for _, call in fake.calls:
        assert sum(len(entry["MessageBody"]) for entry in call["Entries"]) <= BATCH_LIMIT_BYTES


def test_delay_and_room_travel_with_the_job(fake: FakeQueues) -> None:
    fake.queues.send([posting(1, delay=7)])

    entry = fake.calls[0][1]["Entries"][0]
    assert entry["DelaySeconds"] == 7
    assert entry["MessageGroupId"] == "global"


def test_nothing_is_sent_once_it_is_too_late(fake: FakeQueues) -> None:
    late = posting(1)

    assert fake.queues.send([late], until=0.0) == [late]
    assert fake.calls == []


def test_entries_that_were_not_taken_are_sent_again(fake: FakeQueues) -> None:
    fake.fail = lambda _name, number, _call: ["1"] if number == 1 else None

    assert fake.queues.send([posting(number) for number in range(3)]) == []
    assert batch_sizes(fake) == [3, 1]
    assert len(fake.jobs(0)) == 3


def test_a_call_that_fails_is_made_again(fake: FakeQueues) -> None:
    fake.fail = lambda _name, number, _call: "call" if number == 1 else None

    assert fake.queues.send([posting(1)]) == []
    assert len(fake.jobs(0)) == 1


def test_what_is_never_taken_is_given_back(fake: FakeQueues) -> None:
    fake.fail = lambda _name, _number, call: "call" if call["QueueUrl"] == fake.urls[1] else None
    lost = posting(2, 1)

    assert fake.queues.send([posting(1, 0), lost, posting(3, 2)]) == [lost]


def test_a_dead_letter_has_its_reason(fake: FakeQueues) -> None:
    fake.queues.dead_letter("what", "why")

    assert fake.dead_letters() == [("what", {"reason": "why"})]


def test_a_dead_letter_that_fails_once_is_sent_again(fake: FakeQueues) -> None:
    fake.fail = lambda _name, number, _call: "call" if number == 1 else None
    fake.queues.dead_letter("what", "why")

    assert fake.dead_letters() == [("what", {"reason": "why"})]


def test_a_dead_letter_that_is_not_taken_says_so(fake: FakeQueues) -> None:
    fake.fail = lambda *_: "call"

    with pytest.raises(QueueUnavailable):
        fake.queues.dead_letter("what", "why")


def test_a_postponement_that_fails_changes_nothing(fake: FakeQueues) -> None:
    fake.queues.postpone("chat-unit-shard-1", "handle", 9)
    fake.fail = lambda *_: "call"
    fake.queues.postpone("chat-unit-shard-1", "handle", 9)
    fake.queues.postpone("unknown-queue", "handle", 9)

    assert [call for _, call in fake.calls] == [
        {"QueueUrl": fake.urls[1], "ReceiptHandle": "handle", "VisibilityTimeout": 9}
    ] * 2
