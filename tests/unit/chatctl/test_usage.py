"""From what was counted to what it costs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from chatctl.access import DeploymentAccess
from chatctl.usage import (
    CHANGE_WRITE_UNITS,
    ERASED_WRITE_UNITS,
    EXPIRED_WRITE_UNITS,
    OWN_METRICS,
    SEND_WRITE_UNITS,
    Price,
    Prices,
    Work,
    read_prices,
    read_work,
    usage_of,
    usd_of,
)
from infra.topology.model import Topology

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient

NOTHING = dict.fromkeys(OWN_METRICS, 0.0)


def work(frames: float = 0, limited: float = 0, **counts: float) -> Work:
    return Work(NOTHING | counts, invocations=0, gb_seconds=0, frames=frames, limited=limited)


def test_a_message_is_paid_as_frame_and_echo_and_once_for_every_delivery() -> None:
    usage = usage_of(work(frames=10, MessagesAccepted=10, DeliveriesDelivered=90))

    assert usage["websocket_message"] == 110
    assert usage["sns_publish"] == 10
    assert usage["sqs_request"] == 20
    assert usage["dynamodb_write_unit"] == 10 * SEND_WRITE_UNITS


def test_what_the_index_writes_is_paid_by_the_row() -> None:
    assert usage_of(work(WordsWritten=80, MentionsWritten=2))["dynamodb_write_unit"] == 82


def test_slices_and_residual_jobs_are_sent_received_and_deleted() -> None:
    usage = usage_of(work(MessagesAccepted=1, SlicesScattered=8, ResidualJobs=2))

    assert usage["sqs_request"] == 2 + 3 * 10


def test_events_are_paid_as_frames_and_posts_and_stored_nowhere() -> None:
    usage = usage_of(work(frames=10, EphemeralEvents=10, EphemeralDelivered=90))

    assert usage["websocket_message"] == 110
    assert (usage["sns_publish"], usage["sqs_request"]) == (10, 20)
    assert usage["dynamodb_write_unit"] == 0


def test_changes_are_published_and_written_as_messages_are() -> None:
    usage = usage_of(work(ChangesAccepted=10))

    assert (usage["sns_publish"], usage["sqs_request"]) == (10, 20)
    assert usage["dynamodb_write_unit"] == 10 * CHANGE_WRITE_UNITS


def test_frames_that_change_nothing_are_paid_and_spend_from_their_limit() -> None:
    usage = usage_of(work(frames=100, limited=30))

    assert usage["websocket_message"] == 200
    assert usage["dynamodb_write_unit"] == 30


def test_what_accounts_and_rooms_lose_is_paid() -> None:
    usage = usage_of(work(EntriesErased=10, EntriesExpired=100))

    assert usage["dynamodb_write_unit"] == 10 * ERASED_WRITE_UNITS + 100 * EXPIRED_WRITE_UNITS
    assert usage["sns_publish"] == 10


def test_every_metric_of_work_that_is_done_is_paid() -> None:
    """One that is left out is free, as changes were."""
    for name in OWN_METRICS:
        assert any(usage_of(work(**{name: 1})).values()), name


def test_no_traffic_costs_nothing() -> None:
    assert set(usd_of(usage_of(work()), read_prices()).values()) == {0.0}


def test_prices_are_for_a_million() -> None:
    prices = Prices(date="d", region="r", prices={"sns_publish": Price(usd_per_million=0.5, source="s")})

    assert usd_of({"sns_publish": 2_000_000}, prices) == {"sns_publish": 1.0}


def test_the_price_file_prices_everything_that_is_used() -> None:
    assert set(usage_of(work())) <= set(read_prices().prices)


def test_work_is_summed_from_cloudwatch(access: DeploymentAccess, topology: Topology) -> None:
    cloudwatch, namespace = access.clients.cloudwatch, access.deployment.metrics_namespace(topology)
    now, worker = datetime.now(UTC), ("FunctionName", "chat-test-fanout")
    for minutes in (10, 20):
        at = now - timedelta(minutes=minutes)
        put(cloudwatch, namespace, "MessagesAccepted", ("service", "ingest"), value=3, at=at)
        put(cloudwatch, "AWS/Lambda", "Invocations", worker, value=5, at=at)
        put(cloudwatch, "AWS/Lambda", "Duration", worker, value=1_000, at=at)

    found = read_work(access, topology, now - timedelta(hours=1), now)

    assert found.counts == NOTHING | {"MessagesAccepted": 6}
    assert found.invocations == 10
    assert found.frames == found.limited == 0, "the fan-out answers no frame"
    assert found.gb_seconds == pytest.approx(2 * topology.functions["fanout"].memory_mb / 1024)


def test_calls_by_routes_are_frames_and_handshakes_are_none(
    access: DeploymentAccess, topology: Topology
) -> None:
    access = replace(access, functions={name: f"chat-test-{name}" for name in topology.functions})
    now = datetime.now(UTC)
    for function, calls in (("ping", 7), ("manage-rooms", 5), ("connect", 3), ("sweeper", 2)):
        of = ("FunctionName", f"chat-test-{function}")
        put(access.clients.cloudwatch, "AWS/Lambda", "Invocations", of, value=calls, at=now)

    found = read_work(access, topology, now - timedelta(hours=1), now + timedelta(seconds=1))

    assert (found.frames, found.limited) == (12, 8)


def put(
    cloudwatch: "CloudWatchClient",
    namespace: str,
    metric: str,
    of: tuple[str, str],
    *,
    value: float,
    at: datetime,
) -> None:
    cloudwatch.put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [{"Name": of[0], "Value": of[1]}],
                "Timestamp": at,
                "Value": value,
            }
        ],
    )
