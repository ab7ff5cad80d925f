from typing import Any

import pytest

from services.fanout.records import Poison, Record, read_record
from shared.jobs import DeliveryJob, Outgoing, Target
from tests.unit.examples import NOW, message, record


def raw(body: str, **attributes: Any) -> dict[str, Any]:
    return {
        "messageId": "m1",
        "receiptHandle": "h1",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "3"},
        "messageAttributes": attributes,
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:chat-unit-shard-2",
    }


def test_a_record_is_its_job_and_what_sqs_knows_of_it() -> None:
    job = DeliveryJob.of(message(1), targets=(Target(connection_id="a=", protocol="v2"),), attempt=2)

    read = read_record(raw(job.encode(), acceptedAt={"stringValue": str(NOW)}))

    assert isinstance(read, Record)
    assert (read.record_id, read.receipt_handle, read.queue_name) == ("m1", "h1", "chat-unit-shard-2")
    assert (read.receive_count, read.attempts) == (3, 5)
    assert read.items[0].outgoing.accepted_at == NOW
    assert read.job.targets == job.targets


def test_a_record_knows_the_trace_of_its_sender_if_there_is_one() -> None:
    untraced = raw(DeliveryJob.of(message(1)).encode())
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    traced = untraced | {"attributes": {**untraced["attributes"], "AWSTraceHeader": header}}

    read, other = read_record(traced), read_record(untraced)

    assert isinstance(read, Record)
    assert isinstance(other, Record)
    assert read.job.outgoing[0].trace_header == header
    assert read.items[0].trace_id == "1-5759e988-bd862e3fe1be46a994272793"
    assert other.items[0].trace_id is None


@pytest.mark.parametrize("attribute", [{}, {"acceptedAt": {"stringValue": "noon"}}, {"acceptedAt": {}}])
def test_without_a_time_of_acceptance_there_is_no_lag(attribute: dict[str, Any]) -> None:
    read = read_record(raw(DeliveryJob.of(message(1)).encode(), **attribute))

    assert isinstance(read, Record)
    assert read.items[0].outgoing.accepted_at is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "{}",
        "[]",
        '{"message": {}}',
        record(1).job.encode().replace('"attempt":0', '"attempt":"x"'),
    ],
)
def test_what_is_no_job_is_poison_with_a_reason(body: str) -> None:
    read = read_record(raw(body))

    assert isinstance(read, Poison)
    assert read.body == body
    assert read.reason.startswith("not a DeliveryJob: ")


def test_the_reason_does_not_quote_the_message() -> None:
    body = record(1, content="s3cret").job.encode().replace('"content":"s3cret"', '"content":["s3cret"]')

    read = read_record(raw(body))

    assert isinstance(read, Poison)
    assert "s3cret" not in read.reason
    assert message(1).message_id not in read.reason


def test_each_message_of_a_job_keeps_its_own_time_and_trace() -> None:
    outgoing = tuple(
        Outgoing(message=message(n), accepted_at=NOW + n, trace_header=f"Root={n}") for n in (1, 2)
    )

    read = read_record(raw(DeliveryJob(outgoing=outgoing).encode(), acceptedAt={"stringValue": "5"}))

    assert isinstance(read, Record)
    assert [item.outgoing for item in read.items] == list(outgoing)
    assert [item.trace_id for item in read.items] == ["1", "2"]
