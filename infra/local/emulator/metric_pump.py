"""Metrics the emulator does not make: depths of queues, EMF lines of the functions' logs, calls by queues.

The age of the oldest message is left out: nothing the emulator tells says how old it is.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local import loopback
from infra.local.emulator.alarm_states import set_alarm_states
from infra.local.emulator.alarms import local_alarms
from infra.local.emulator.invocations import PATH
from infra.local.emulator.metric_values import gathered
from infra.topology.render.alarms import metric_alarms

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDatumTypeDef
    from types_boto3_sqs import SQSClient

    from infra.clients import Clients
    from infra.local.emulator.invocations import Invocation
    from infra.topology.deployment import Deployment
    from infra.topology.model import Topology

INTERVAL_SECONDS = 5.0
DATA_A_CALL = 500  # PutMetricData takes up to 1,000
QUEUE_METRICS = {
    "ApproximateNumberOfMessages": "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible": "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed": "ApproximateNumberOfMessagesDelayed",
}


async def pump_metrics(
    clients: Clients,
    topology: Topology,
    deployment: Deployment,
    queue_urls: Mapping[str, str],
    since_ms: int,
) -> None:
    """Copy metrics and set the alarms' states every few seconds, until cancelled.

    Invocations that ended before `since_ms` (epoch milliseconds) are no traffic.
    """
    alarms = local_alarms(metric_alarms(topology, deployment))
    functions = {deployment.name(name): function for name, function in topology.functions.items()}
    endpoint_url = clients.cloudwatch.meta.endpoint_url

    def once() -> None:
        _put(clients, "AWS/SQS", list(queue_metrics(clients.sqs, queue_urls)))
        emitted: list[MetricDatumTypeDef] = []
        invoked: list[MetricDatumTypeDef] = []
        for invocation in invocations(endpoint_url):
            function = functions.get(invocation["function"])
            if function is None or invocation["at"] < since_ms:
                continue
            for line in invocation["lines"]:
                emitted += emf_metrics(line)
            if function.consumes:
                invoked += invocation_metrics(invocation)
        _put(clients, deployment.metrics_namespace(topology), list(gathered(emitted)))
        _put(clients, "AWS/Lambda", list(gathered(invoked)))
        set_alarm_states(clients.cloudwatch, alarms, time.time())

    while True:
        with suppress(
            BotoCoreError, ClientError, OSError
        ):  # the emulator is busy, or ends, which is noticed elsewhere
            await asyncio.to_thread(once)
        await asyncio.sleep(INTERVAL_SECONDS)


def queue_metrics(sqs: SQSClient, queue_urls: Mapping[str, str]) -> Iterator[MetricDatumTypeDef]:
    """Each queue's depth, as CloudWatch's `AWS/SQS` has it."""
    for name, url in queue_urls.items():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        for attribute, metric in QUEUE_METRICS.items():
            yield {
                "MetricName": metric,
                "Dimensions": [{"Name": "QueueName", "Value": name}],
                "Value": float(next(value for key, value in attributes.items() if key == attribute)),
                "Unit": "Count",
            }


def invocations(endpoint_url: str) -> list[Invocation]:
    """Return the invocations since the last call.

    Raises:
        OSError: the emulator is busy, or ends.
    """
    with loopback.OPENER.open(endpoint_url + PATH, timeout=INTERVAL_SECONDS) as answer:
        found: list[Invocation] = json.load(answer)
        return found


def emf_metrics(line: str) -> Iterator[MetricDatumTypeDef]:
    """Return the metrics of one log line in CloudWatch's embedded metric format; none if it is another line.

    Source: CloudWatch user guide, "Specification: Embedded metric format".
    """
    if '"_aws"' not in line:
        return
    try:
        record: dict[str, Any] = json.loads(line)
    except ValueError:
        return
    at = datetime.fromtimestamp(record["_aws"]["Timestamp"] / 1000, UTC)
    for directive in record["_aws"]["CloudWatchMetrics"]:
        for dimensions in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                value = record[metric["Name"]]
                yield {
                    "MetricName": metric["Name"],
                    "Dimensions": [{"Name": name, "Value": str(record[name])} for name in dimensions],
                    "Timestamp": at,
                    "Values": [float(each) for each in (value if isinstance(value, list) else [value])],
                    "Unit": metric.get("Unit", "None"),
                }


def invocation_metrics(invocation: Invocation) -> Iterator[MetricDatumTypeDef]:
    """Return the metrics of `AWS/Lambda` for an invocation."""
    for metric, value, unit in (
        ("Invocations", 1.0, "Count"),
        ("Duration", float(invocation["duration"]), "Milliseconds"),
    ):
        yield {
            "MetricName": metric,
            "Dimensions": [{"Name": "FunctionName", "Value": invocation["function"]}],
            "Value": value,
            "Unit": unit,  # type: ignore[typeddict-item]  # a literal
        }


def _put(clients: Clients, namespace: str, data: list[MetricDatumTypeDef]) -> None:
    for start in range(0, len(data), DATA_A_CALL):
        clients.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data[start : start + DATA_A_CALL])
