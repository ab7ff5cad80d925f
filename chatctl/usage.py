"""What a deployment used in a span of time, and what that costs by `infra/prices.yaml`.

Counted: our own metrics, and the functions' invocations and durations. Derived from them, for messages under
1 KB: a message is a frame in, an echo out, and what a send writes; words and mentions are rows written; a job
is received and deleted alone, which is the dearest way; its audience is read at 150 bytes a member. Typing,
joining or leaving is a frame in and its answer, which is too much where a connection opened or ended. Left
out: connection minutes, changes of messages, limits, reads of history and members, logs, metrics, NAT and
transfer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict

from chatctl.access import DeploymentAccess
from chatctl.metrics import metric_query, read_points
from infra.topology.model import Topology

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

PRICES = Path(__file__).resolve().parents[1] / "infra" / "prices.yaml"
MEMBER_BYTES = 150
READ_UNIT_BYTES = 8 * 1024  # an eventually consistent read of 4 KB is half a unit
PERIOD_SECONDS = 3600
# As the code writes (tests/unit/chatctl/test_estimate_counts.py): four rows in a transaction, at twice the
# price, an index, and the mark that a message was published.
SEND_WRITE_UNITS, CONNECTION_WRITE_UNITS = 10, 6
OWN_METRICS = {
    "MessagesAccepted": "ingest",
    "Connects": "ingest",
    "Disconnects": "ingest",
    "DeliveriesDelivered": "fanout",
    "SlicesScattered": "fanout",
    "ResidualJobs": "fanout",
    "EphemeralEvents": "ingest",
    "EphemeralDelivered": "fanout",
    "WordsWritten": "search",
    "MentionsWritten": "search",
}


class Price(BaseModel):
    """What AWS asks for an amount of something."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    usd_per_million: float
    source: str
    free_a_month: float = 0
    note: str = ""


class Prices(BaseModel):
    """Unit prices by what is charged; `date` is when they were looked up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: str
    region: str
    prices: dict[str, Price]


@dataclass(frozen=True)
class Work:
    """What was counted: sums of our metrics by name, and the functions' invocations and GB-seconds."""

    counts: Mapping[str, float]
    invocations: float
    gb_seconds: float


def read_prices(path: Path = PRICES) -> Prices:
    """Return the price file."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Prices.model_validate({**document, "date": str(document["date"])})


def read_work(access: DeploymentAccess, topology: Topology, start: datetime, end: datetime) -> Work:
    """Ask CloudWatch; what it does not know counts as nothing."""
    namespace, functions = access.deployment.metrics_namespace(topology), access.functions
    queries = [
        _sum_of(f"own{number}", namespace, metric, "service", service)
        for number, (metric, service) in enumerate(OWN_METRICS.items())
    ]
    for number, full_name in enumerate(functions.values()):
        queries.append(_sum_of(f"calls{number}", "AWS/Lambda", "Invocations", "FunctionName", full_name))
        queries.append(_sum_of(f"time{number}", "AWS/Lambda", "Duration", "FunctionName", full_name))
    points = read_points(access.clients.cloudwatch, queries, start, end)
    sums = {name: sum(value for _, value in values) for name, values in points.items()}
    return Work(
        counts={metric: sums[f"own{number}"] for number, metric in enumerate(OWN_METRICS)},
        invocations=sum(sums[f"calls{number}"] for number in range(len(functions))),
        gb_seconds=sum(
            sums[f"time{number}"] / 1000 * topology.functions[name].memory_mb / 1024
            for number, name in enumerate(functions)
        ),
    )


def usage_of(work: Work) -> dict[str, float]:
    """How much was used of each thing that has a price."""
    accepted, delivered = work.counts["MessagesAccepted"], work.counts["DeliveriesDelivered"]
    sent_on = work.counts["SlicesScattered"] + work.counts["ResidualJobs"]
    events, told = work.counts["EphemeralEvents"], work.counts["EphemeralDelivered"]
    jobs = accepted + sent_on + events
    return {
        "websocket_message": 2 * (accepted + events) + delivered + told,
        "sns_publish": accepted + events,
        "sqs_request": 2 * jobs + sent_on,
        "lambda_request": work.invocations,
        "lambda_gb_second": work.gb_seconds,
        "dynamodb_write_unit": SEND_WRITE_UNITS * accepted
        + CONNECTION_WRITE_UNITS * work.counts["Connects"]
        + work.counts["WordsWritten"]
        + work.counts["MentionsWritten"],
        "dynamodb_read_unit": max(0.5 * jobs, (delivered + told) * MEMBER_BYTES / READ_UNIT_BYTES),
    }


def usd_of(usage: Mapping[str, float], prices: Prices) -> dict[str, float]:
    """Return what each of them costs, in USD."""
    return {name: amount * prices.prices[name].usd_per_million / 1e6 for name, amount in usage.items()}


def _sum_of(query_id: str, namespace: str, metric: str, dimension: str, value: str) -> MetricDataQueryTypeDef:
    return metric_query(
        query_id,
        namespace,
        metric,
        (dimension, value),
        statistic="Sum",
        period_seconds=PERIOD_SECONDS,
    )
