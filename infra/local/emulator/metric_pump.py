"""Metrics the emulator does not make: depths of queues, EMF lines of the functions' logs, calls by queues.

The age of the oldest message is left out: nothing the emulator tells says how old it is.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.emulator.alarm_states import set_alarm_states
from infra.local.emulator.alarms import local_alarms
from infra.topology.render.alarms import metric_alarms

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDatumTypeDef
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_sqs import SQSClient

    from infra.clients import Clients
    from infra.topology.deployment import Deployment
    from infra.topology.model import Topology

INTERVAL_SECONDS = 5.0
LOOK_BACK_MS = 30_000  # on a busy machine lines appear long after the time that they bear
DATA_A_CALL = 500  # PutMetricData takes up to 1,000
REPORT = re.compile(r"REPORT RequestId: \S+\s+Duration: ([\d.]+) ms")
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

    What the functions logged before `since_ms` (epoch milliseconds) is no traffic.
    """
    alarms = local_alarms(metric_alarms(topology, deployment))
    functions = {deployment.name(name): function for name, function in topology.functions.items()}
    lines = FunctionLines(clients.logs, since_ms)

    def once() -> None:
        _put(clients, "AWS/SQS", list(queue_metrics(clients.sqs, queue_urls)))
        emitted: list[MetricDatumTypeDef] = []
        invoked: list[MetricDatumTypeDef] = []
        for name, function in functions.items():
            for line in lines.new_in(f"/aws/lambda/{name}"):
                emitted += emf_metrics(line)
                if function.consumes:
                    invoked += invocation_metrics(line, name)
        _put(clients, deployment.metrics_namespace(topology), emitted)
        _put(clients, "AWS/Lambda", invoked)
        set_alarm_states(clients.cloudwatch, alarms, time.time())

    while True:
        with suppress(
            BotoCoreError, ClientError
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


class FunctionLines:
    """Hands out each line of the functions' logs once; the emulator makes one log stream an invocation."""

    def __init__(self, logs: CloudWatchLogsClient, since_ms: int) -> None:
        self._logs = logs
        self._since_ms = since_ms
        self._seen: dict[str, dict[str, int]] = {}

    def new_in(self, group: str) -> Iterator[str]:
        """Return the lines of a log group that came since the last call."""
        seen = self._seen.get(group, {})
        since = max(max(seen.values(), default=0) - LOOK_BACK_MS, self._since_ms)
        try:
            pages = self._logs.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=since
            )
            events = [event for page in pages for event in page["events"]]
        except self._logs.exceptions.ResourceNotFoundException:
            return  # never invoked yet
        self._seen[group] = {event["logStreamName"]: event["timestamp"] for event in events} or seen
        yield from (event["message"] for event in events if event["logStreamName"] not in seen)


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


def invocation_metrics(line: str, function: str) -> Iterator[MetricDatumTypeDef]:
    """Return the metrics of `AWS/Lambda` for a REPORT line; none for another line."""
    if reported := REPORT.match(line):
        for metric, value, unit in (
            ("Invocations", 1.0, "Count"),
            ("Duration", float(reported[1]), "Milliseconds"),
        ):
            yield {
                "MetricName": metric,
                "Dimensions": [{"Name": "FunctionName", "Value": function}],
                "Value": value,
                "Unit": unit,  # type: ignore[typeddict-item]  # a literal
            }


def _put(clients: Clients, namespace: str, data: list[MetricDatumTypeDef]) -> None:
    for start in range(0, len(data), DATA_A_CALL):
        clients.cloudwatch.put_metric_data(Namespace=namespace, MetricData=data[start : start + DATA_A_CALL])
