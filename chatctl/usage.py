"""What a deployment used in a span of time, and what that costs by `infra/prices.yaml`.

Counted: our own metrics, and the functions' invocations and durations. Derived from them, for messages under
1 KB: a call by a route is a frame and its answer, whatever it asks for; a message and a change are what they
write; words and mentions are rows written; a job is received and deleted alone, which is the dearest way; its
audience is read at 150 bytes a member. Left out: connection minutes, reads of history and members, what
frames about rooms, read positions and profiles write beside their limit, logs, metrics, NAT and transfer.
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
CHANGE_WRITE_UNITS = 12
EXPIRY_WRITE_UNITS = 2  # the note of when a connection ends, written and removed
# When its user was here last, tried at its end. Who does not want it told costs as much: the condition fails.
LAST_SEEN_WRITE_UNITS = 1
# Of a user's status row, for each handshake and each frame that a limit of its own holds.
SPENDING_WRITE_UNITS = 1
ERASED_WRITE_UNITS = 8  # of an entry that goes with its account
EXPIRED_WRITE_UNITS = 2  # of one that its room keeps no longer
# What is erased is taken back by changes, which are told of.
PUBLISHED = ("MessagesAccepted", "ChangesAccepted", "EphemeralEvents", "MessagesSwept", "EntriesErased")
OF_SENDS = "MESSAGE_LIMIT"  # is spent in the transaction of a send or change
HANDSHAKE_ROUTES = ("$connect", "$disconnect")  # which are no frames
OWN_METRICS = {
    "MessagesAccepted": "ingest",
    "ChangesAccepted": "ingest",
    "MessagesSwept": "ingest",
    "EntriesErased": "ingest",
    "EntriesExpired": "history",
    "Connects": "ingest",
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
    """What was counted: sums of our metrics by name, and the functions' invocations and GB-seconds.

    Attributes:
        frames: calls by routes.
        limited: calls of functions that spend from limits of users, of which a few are free.
    """

    counts: Mapping[str, float]
    invocations: float
    gb_seconds: float
    frames: float = 0
    limited: float = 0


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
    calls = {name: sums[f"calls{number}"] for number, name in enumerate(functions)}
    return Work(
        counts={metric: sums[f"own{number}"] for number, metric in enumerate(OWN_METRICS)},
        invocations=sum(calls.values()),
        gb_seconds=sum(
            sums[f"time{number}"] / 1000 * topology.functions[name].memory_mb / 1024
            for number, name in enumerate(functions)
        ),
        frames=sum(calls.get(name, 0) for name in _answering(topology)),
        limited=sum(calls.get(name, 0) for name in _limiting(topology)),
    )


def _answering(topology: Topology) -> set[str]:
    return {route.function for key, route in topology.routes.items() if key not in HANDSHAKE_ROUTES}


def _limiting(topology: Topology) -> set[str]:
    limits = {name for name, source in topology.environment.items() if source.user_limit} - {OF_SENDS}
    return {name for name, function in topology.functions.items() if limits & set(function.environment)}


def usage_of(work: Work) -> dict[str, float]:
    """How much was used of each thing that has a price."""
    count = work.counts
    sent_on = count["SlicesScattered"] + count["ResidualJobs"]
    posts = count["DeliveriesDelivered"] + count["EphemeralDelivered"]
    published = sum(count[each] for each in PUBLISHED)
    jobs = published + sent_on
    return {
        "websocket_message": 2 * work.frames + posts,
        "sns_publish": published,
        "sqs_request": 2 * jobs + sent_on,
        "lambda_request": work.invocations,
        "lambda_gb_second": work.gb_seconds,
        "dynamodb_write_unit": SEND_WRITE_UNITS * count["MessagesAccepted"]
        + CHANGE_WRITE_UNITS * count["ChangesAccepted"]
        + (CONNECTION_WRITE_UNITS + EXPIRY_WRITE_UNITS + LAST_SEEN_WRITE_UNITS) * count["Connects"]
        + SPENDING_WRITE_UNITS * work.limited
        + ERASED_WRITE_UNITS * count["EntriesErased"]
        + EXPIRED_WRITE_UNITS * count["EntriesExpired"]
        + count["WordsWritten"]
        + count["MentionsWritten"],
        "dynamodb_read_unit": max(0.5 * jobs, posts * MEMBER_BYTES / READ_UNIT_BYTES),
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
