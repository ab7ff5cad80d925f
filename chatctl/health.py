"""What `chatctl status` tells: queues, alarms, and the last minutes of traffic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel, ConfigDict

from chatctl.access import DeadLetterQueue, DeploymentAccess
from chatctl.metrics import metric_query, read_points
from infra.topology.model import Topology

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_sqs import SQSClient

WINDOW_MINUTES = 15
PERIOD_SECONDS = 60
ON = "ALARM"


class QueueDepth(BaseModel):
    """How many messages wait, are under way, and are delayed; SQS's own approximations."""

    model_config = ConfigDict(frozen=True)

    name: str
    waiting: int
    in_flight: int
    delayed: int


class AlarmNow(BaseModel):
    """An alarm, its state (`ALARM`, `OK`, `INSUFFICIENT_DATA`), and since when (ISO 8601)."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: str
    since: str
    description: str


class Health(BaseModel):
    """One deployment at one moment.

    `accepted`, `delivered`, `failed` are sums of the last `WINDOW_MINUTES` minutes, `lag_p99_ms` the p99 of
    the worst of them; None where there are no figures.
    """

    model_config = ConfigDict(frozen=True)

    prefix: str
    queues: tuple[QueueDepth, ...]
    dead_letters: int
    alarms_on: tuple[AlarmNow, ...]
    alarms: int
    accepted: int | None
    delivered: int | None
    failed: int | None
    lag_p99_ms: float | None


def read_health(access: DeploymentAccess, topology: Topology, now: datetime) -> Health:
    """Ask SQS and CloudWatch."""
    queues = tuple(_depth(access.clients.sqs, url) for urls in access.queue_urls.values() for url in urls)
    dead = {access.dead_letter_url(queue).rsplit("/", 1)[-1] for queue in get_args(DeadLetterQueue)}
    alarms = read_alarms(access.clients.cloudwatch, access.prefix)
    values = _traffic(access.clients.cloudwatch, access.deployment.metrics_namespace(topology), now)
    return Health(
        prefix=access.prefix,
        queues=queues,
        dead_letters=sum(queue.waiting + queue.in_flight for queue in queues if queue.name in dead),
        alarms_on=tuple(alarm for alarm in alarms if alarm.state == ON),
        alarms=len(alarms),
        accepted=_sum(values["accepted"]),
        delivered=_sum(values["delivered"]),
        failed=_sum(values["failed"]),
        lag_p99_ms=max(values["lag"], default=None),
    )


def _sum(values: Sequence[float]) -> int | None:
    return int(sum(values)) if values else None


def _depth(sqs: SQSClient, url: str) -> QueueDepth:
    attributes = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ],
    )["Attributes"]
    return QueueDepth(
        name=url.rsplit("/", 1)[-1],
        waiting=int(attributes["ApproximateNumberOfMessages"]),
        in_flight=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        delayed=int(attributes["ApproximateNumberOfMessagesDelayed"]),
    )


def read_alarms(cloudwatch: CloudWatchClient, prefix: str) -> list[AlarmNow]:
    """Return the alarms of a deployment."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"{prefix}-", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return [
        AlarmNow(
            name=alarm["AlarmName"],
            state=alarm["StateValue"],
            since=alarm["StateUpdatedTimestamp"].isoformat(timespec="seconds"),
            description=alarm.get("AlarmDescription", ""),
        )
        for page in pages
        for alarm in (*page["MetricAlarms"], *page["CompositeAlarms"])
    ]


def _traffic(cloudwatch: CloudWatchClient, namespace: str, now: datetime) -> dict[str, list[float]]:
    """Return the values of each minute."""
    asked = {
        "accepted": ("MessagesAccepted", "ingest", "Sum"),
        "delivered": ("DeliveriesDelivered", "fanout", "Sum"),
        "failed": ("DeliveriesFailed", "fanout", "Sum"),
        "lag": ("FanoutLag", "fanout", "p99"),
    }
    queries = [
        metric_query(
            name,
            namespace,
            metric,
            ("service", service),
            statistic=statistic,
            period_seconds=PERIOD_SECONDS,
        )
        for name, (metric, service, statistic) in asked.items()
    ]
    start = now.astimezone(UTC) - timedelta(minutes=WINDOW_MINUTES)
    points = read_points(cloudwatch, queries, start, now)
    return {name: [value for _, value in values] for name, values in points.items()}
