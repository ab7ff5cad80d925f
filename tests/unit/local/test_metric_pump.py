"""Log lines in the embedded metric format become metrics."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from infra.local.emulator.metric_pump import LOOK_BACK_MS, FunctionLines, emf_metrics, invocation_metrics

LINE = {
    "_aws": {
        "Timestamp": 1_795_435_892_000,
        "CloudWatchMetrics": [
            {
                "Namespace": "ServerlessChat",
                "Dimensions": [["service"]],
                "Metrics": [
                    {"Name": "FanoutLag", "Unit": "Milliseconds"},
                    {"Name": "DeliveriesDelivered", "Unit": "Count"},
                ],
            }
        ],
    },
    "service": "fanout",
    "FanoutLag": [12.5, 30],
    "DeliveriesDelivered": 7,
}


def test_each_metric_of_a_line_keeps_its_values_unit_dimensions_and_time() -> None:
    lag, delivered = emf_metrics(json.dumps(LINE))

    assert lag == {
        "MetricName": "FanoutLag",
        "Dimensions": [{"Name": "service", "Value": "fanout"}],
        "Timestamp": datetime.fromtimestamp(1_795_435_892, UTC),
        "Values": [12.5, 30.0],
        "Unit": "Milliseconds",
    }
    assert delivered["Values"] == [7.0]


def test_other_lines_are_no_metrics() -> None:
    assert list(emf_metrics("START RequestId: 1 Version: $LATEST")) == []
    assert list(emf_metrics('{"level":"INFO","message":"said \\"_aws\\""}')) == []
    assert list(emf_metrics('broken {"_aws"')) == []


def test_a_report_is_an_invocation_with_its_duration() -> None:
    line = "REPORT RequestId: 76c20c2f\tDuration: 1163.5 ms\tBilled Duration: 1164 ms\tMemory Size: 1769 MB"

    told = {datum["MetricName"]: datum["Value"] for datum in invocation_metrics(line, "chat-local-fanout")}

    assert told == {"Invocations": 1, "Duration": 1163.5}
    assert list(invocation_metrics("END RequestId: 76c20c2f", "chat-local-fanout")) == []


class Logs:
    """CloudWatch Logs with one log group, as far as it is used."""

    exceptions = type("Exceptions", (), {"ResourceNotFoundException": KeyError})

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def get_paginator(self, _operation: str) -> "Logs":
        return self

    def paginate(self, *, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's
        yield {"events": [event for event in self.events if event["timestamp"] >= startTime]}

    def log(self, message: str, timestamp: int) -> None:
        self.events.append({"logStreamName": message, "message": message, "timestamp": timestamp})


def test_each_line_is_handed_out_once_even_if_it_comes_late() -> None:
    logs = Logs()
    lines = FunctionLines(logs, since_ms=0)  # type: ignore[arg-type]  # a double
    logs.log("first", 1_000_000)
    assert list(lines.new_in("group")) == ["first"]

    logs.log("second", 1_005_000)
    logs.log("late", 1_000_000 - LOOK_BACK_MS)

    assert sorted(lines.new_in("group")) == ["late", "second"]
    assert list(lines.new_in("group")) == []


def test_what_was_logged_before_the_stack_was_ready_is_no_traffic() -> None:
    logs = Logs()
    lines = FunctionLines(logs, since_ms=1_000_000)  # type: ignore[arg-type]  # a double
    logs.log("warm-up", 999_999)

    assert list(lines.new_in("group")) == []
    logs.log("traffic", 1_000_001)
    assert list(lines.new_in("group")) == ["traffic"]
    assert list(lines.new_in("group")) == []
