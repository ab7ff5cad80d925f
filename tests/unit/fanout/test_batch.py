import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from services.fanout.batch import deliver_batch
from services.fanout.delivery import Delivery, Fate, Outcome
from services.fanout.records import MAX_ATTEMPTS, Poison, Record
from services.fanout.report import Report
from services.fanout.routing import Assignment
from services.fanout.settling import dead_letter
from shared.aws.callback import Frame
from shared.jobs import DeliveryJob, Target
from shared.stores.connections import HANDSHAKE_SECONDS, Connections
from tests.unit.examples import NOW_SECONDS, connection, message, record
from tests.unit.fanout.queue_doubles import FakeQueues
from tests.unit.fanout.worker_doubles import FOREVER, AtOnce, worker_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LATER = float("inf")


class Endpoint:
    """Connections that answer as `fates` says; `got` is what each has received, in order."""

    def __init__(self) -> None:
        self.fates: dict[str, Fate] = {}
        self.everyone: Fate = Fate.DELIVERED
        self.closing: Fate = Fate.DELIVERED
        self.got: dict[str, list[str]] = {}
        self.closed: list[str] = []

    def post(
        self, deliveries: Iterable[Delivery[Assignment] | None], _deadline: float
    ) -> Iterator[Outcome[Assignment]]:
        for delivery in filter(None, deliveries):
            fate = self.fates.get(delivery.connection_id, self.everyone)
            if fate is Fate.DELIVERED:
                for frame in delivery.frames:
                    self.got.setdefault(delivery.connection_id, []).extend(_ids(frame))
            settled = len(delivery.frames) if fate is Fate.DELIVERED else 0
            yield Outcome(delivery, fate, settled, (), "" if settled else fate.name)

    def disconnect(self, connection_ids: Iterable[str], _deadline: float) -> Iterator[Outcome[None]]:
        for connection_id in connection_ids:
            if self.closing is Fate.DELIVERED:
                self.closed.append(connection_id)
            yield Outcome(Delivery(connection_id, (), None), self.closing, 0)


def _ids(frame: Frame) -> list[str]:
    data = json.loads(frame.body)["data"]
    return [said["messageId"] for said in (data if isinstance(data, list) else [data])]


def id_of(number: int) -> str:
    return message(number).message_id


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
def work(
    connections: Connections, fake: FakeQueues, endpoint: Endpoint, report: Report
) -> Callable[..., list[str]]:
    """Works a batch with slices of three; the ids of the records that SQS keeps."""

    def run(*records: Record) -> list[str]:
        worker = worker_of(connections, fake.queues, endpoint.post, endpoint.disconnect, 3)
        return deliver_batch(list(records), worker, report, FOREVER)

    return run


@pytest.fixture(autouse=True)
def room(connections: Connections) -> None:
    for name in ("a=", "b=", "c="):
        connections.put(connection(name))


Work = Callable[..., list[str]]


def test_a_message_reaches_every_member_but_its_sender_once(work: Work, endpoint: Endpoint) -> None:
    assert work(record(1, exclude="c=")) == []

    assert endpoint.got == {"a=": [id_of(1)], "b=": [id_of(1)]}


def test_a_batch_of_which_nothing_is_left_wakes_nobody_who_sends(
    connections: Connections, fake: FakeQueues, endpoint: Endpoint, report: Report
) -> None:
    class Asleep(AtOnce):
        def submit(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
            raise AssertionError(f"{call} has nothing to do")

    worker = worker_of(connections, fake.queues, endpoint.post, endpoint.disconnect, 3)

    assert deliver_batch([record(1)], replace(worker, sending=Asleep()), report, FOREVER) == []
    assert set(endpoint.got) == {"a=", "b=", "c="}


def test_a_batch_comes_in_order_whatever_the_order_of_its_records(work: Work, endpoint: Endpoint) -> None:
    assert work(record(2), record(1), record(3)) == []

    assert endpoint.got["a="] == [id_of(1), id_of(2), id_of(3)]


def test_a_record_that_sqs_hands_over_twice_in_one_batch_is_delivered(work: Work, endpoint: Endpoint) -> None:
    assert work(record(1), record(1), record(2)) == []

    assert endpoint.got["a="] == [id_of(1), id_of(2)]


def test_a_gone_connection_is_forgotten(work: Work, endpoint: Endpoint, connections: Connections) -> None:
    opened_at = (NOW_SECONDS - HANDSHAKE_SECONDS) * 1000 - 1
    connections.put(replace(connection("a="), connected_at=opened_at))
    endpoint.fates["a="] = Fate.GONE

    assert work(record(1)) == []
    assert connections.find("a=", NOW_SECONDS) is None
    assert connections.find("b=", NOW_SECONDS) is not None


def test_a_connection_that_may_still_shake_hands_is_not_forgotten(
    work: Work, endpoint: Endpoint, connections: Connections
) -> None:
    endpoint.fates["a="] = Fate.GONE

    assert work(record(1)) == []
    assert connections.find("a=", NOW_SECONDS) is not None


def test_only_the_connection_that_failed_gets_a_residual_job(
    work: Work, endpoint: Endpoint, fake: FakeQueues
) -> None:
    endpoint.fates["a="] = Fate.TRANSIENT

    assert work(record(1)) == []

    (job,) = fake.all_jobs()
    assert [target.connection_id for target in job.targets or ()] == ["a="]
    assert [each.message for each in job.outgoing] == [message(1)]
    assert job.attempt == 1
    assert fake.calls[-1][1]["Entries"][0]["DelaySeconds"] >= 1


TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def test_what_goes_on_of_a_message_stays_in_the_trace_of_its_sender(
    work: Work, endpoint: Endpoint, fake: FakeQueues, connections: Connections
) -> None:
    for number in range(7):
        connections.put(connection(f"d{number}="))
    endpoint.fates["a="] = Fate.TRANSIENT

    work(record(1, trace_header=TRACE), record(2))

    jobs = fake.all_jobs()
    traces = {
        message_id: [
            each.trace_header
            for job in jobs
            for each in job.outgoing
            if each.message.message_id == message_id
        ]
        for message_id in (id_of(1), id_of(2))
    }
    slices_and_residual = 4
    assert traces == {id_of(1): [TRACE] * slices_and_residual, id_of(2): [None] * slices_and_residual}


def test_a_dead_letter_stays_in_the_trace_of_its_sender(
    work: Work, endpoint: Endpoint, fake: FakeQueues
) -> None:
    endpoint.fates["a="] = Fate.TRANSIENT
    endpoint.closing = Fate.TRANSIENT

    header = f"{TRACE};Lineage=1:0a1b2c3d:0"  # X-Ray's own addition, which SQS does not document
    work(record(1, targets=["a=", "b="], attempt=MAX_ATTEMPTS - 1, trace_header=header))

    (letter,) = fake.client.receive_message(
        QueueUrl=fake.dead_letter_url, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]
    assert letter["Attributes"] == {"AWSTraceHeader": TRACE}


def test_if_nothing_worked_sqs_keeps_the_record_and_waits(
    work: Work, endpoint: Endpoint, fake: FakeQueues
) -> None:
    endpoint.everyone = Fate.TRANSIENT

    assert work(record(1), record(2)) == ["record-1", "record-2"]
    assert [name for name, _ in fake.calls] == ["change_message_visibility"] * 2
    assert fake.all_jobs() == []


def test_a_connection_past_its_attempts_is_closed(
    work: Work, endpoint: Endpoint, fake: FakeQueues, connections: Connections
) -> None:
    endpoint.fates["a="] = Fate.TRANSIENT

    assert work(record(1, targets=["a="], attempt=MAX_ATTEMPTS - 1)) == []

    assert endpoint.closed == ["a="]
    assert connections.find("a=", NOW_SECONDS) is None
    assert fake.calls == []


def test_who_can_be_neither_served_nor_closed_is_dead_lettered_by_name(
    work: Work, endpoint: Endpoint, fake: FakeQueues
) -> None:
    endpoint.fates["a="] = Fate.TRANSIENT
    endpoint.closing = Fate.TRANSIENT

    assert work(record(1, targets=["a=", "b="], attempt=MAX_ATTEMPTS - 1)) == []

    ((body, attributes),) = fake.dead_letters()
    assert '"targets":[{"connectionId":"a=","protocol":"v2"}]' in body
    assert "not delivered and not closed" in attributes["reason"]


def test_at_the_end_of_all_attempts_with_a_dead_endpoint_everyone_is_dead_lettered_by_name(
    work: Work, endpoint: Endpoint, fake: FakeQueues
) -> None:
    endpoint.everyone = endpoint.closing = Fate.TRANSIENT

    assert work(record(1, receive_count=MAX_ATTEMPTS)) == []

    ((body, _),) = fake.dead_letters()
    targets = DeliveryJob.model_validate_json(body).targets or ()
    assert [target.connection_id for target in targets] == ["a=", "b=", "c="]
    assert endpoint.closed == []


def test_members_that_lack_different_messages_are_jobs_of_their_own(
    work: Work, endpoint: Endpoint, fake: FakeQueues
) -> None:
    endpoint.fates["a="] = endpoint.fates["b="] = Fate.TRANSIENT
    together = DeliveryJob(
        outgoing=(*record(1, exclude="a=").job.outgoing, *record(2).job.outgoing),
        targets=tuple(Target(connection_id=name, protocol="v2") for name in ("a=", "b=", "c=")),
    )

    assert work(replace(record(1), job=together)) == []

    left = {
        job.targets[0].connection_id: [each.message.message_id for each in job.outgoing]
        for job in fake.all_jobs()
        if job.targets
    }
    assert left == {"a=": [id_of(2)], "b=": [id_of(1), id_of(2)]}


def test_a_residual_job_that_is_not_taken_keeps_its_record(
    work: Work, endpoint: Endpoint, fake: FakeQueues
) -> None:
    endpoint.fates["a="] = Fate.TRANSIENT
    fake.fail = lambda *_: "call"

    assert work(record(1)) == ["record-1"]


def test_a_large_room_is_a_slice_for_this_worker_and_jobs_for_the_others(
    work: Work, endpoint: Endpoint, fake: FakeQueues, connections: Connections
) -> None:
    for number in range(7):
        connections.put(connection(f"d{number}="))

    assert work(record(1, exclude="d6=")) == []

    scattered = [target.connection_id for job in fake.all_jobs() for target in job.targets or ()]
    assert len(endpoint.got) == 3
    assert sorted([*scattered, *endpoint.got]) == sorted(
        ["a=", "b=", "c=", *(f"d{number}=" for number in range(6))]
    )


def test_the_size_of_a_room_is_told_once_a_batch(
    work: Work, connections: Connections, report: Report
) -> None:
    for number in range(7):
        connections.put(connection(f"d{number}="))

    work(record(1), record(2))

    assert report.observe.metrics.metric_set["RoomSize"]["Value"] == [10]


def test_a_slice_that_is_not_taken_keeps_the_record(
    work: Work, endpoint: Endpoint, fake: FakeQueues, connections: Connections
) -> None:
    connections.put(connection("d="))
    fake.fail = lambda name, *_: "call" if name == "send_message_batch" else None

    assert work(record(1)) == ["record-1"]


def test_a_room_that_cannot_be_read_keeps_its_records_and_no_others(
    fake: FakeQueues,
    endpoint: Endpoint,
    report: Report,
    dynamodb: "DynamoDBClient",
) -> None:
    no_table = Connections(dynamodb, "no-such-table")
    worker = worker_of(no_table, fake.queues, endpoint.post, endpoint.disconnect, 3)

    kept = deliver_batch([record(1), record(2, targets=["x="])], worker, report, FOREVER)

    assert kept == ["record-1"]
    assert endpoint.got == {"x=": [id_of(2)]}


def test_poison_goes_to_the_dead_letters_with_its_reason(
    fake: FakeQueues, endpoint: Endpoint, report: Report, connections: Connections
) -> None:
    worker = worker_of(connections, fake.queues, endpoint.post, endpoint.disconnect, 3)

    assert dead_letter([Poison("p1", "rubbish", "not a DeliveryJob")], worker, report, LATER) == []
    assert fake.dead_letters() == [("rubbish", {"reason": "not a DeliveryJob"})]


def test_poison_that_cannot_be_dead_lettered_is_kept(
    fake: FakeQueues, endpoint: Endpoint, report: Report, connections: Connections
) -> None:
    fake.fail = lambda *_: "call"
    worker = worker_of(connections, fake.queues, endpoint.post, endpoint.disconnect, 3)

    assert dead_letter([Poison("p1", "rubbish", "not a DeliveryJob")], worker, report, LATER) == ["p1"]
