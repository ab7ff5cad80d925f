"""Log lines in the embedded metric format become metrics."""

import json
from datetime import UTC, datetime

from infra.local.emulator.invocations import Invocation
from infra.local.emulator.metric_pump import emf_metrics, invocation_metrics

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


def test_an_invocation_is_counted_with_its_duration() -> None:
    invocation: Invocation = {"function": "chat-local-fanout", "at": 0, "duration": 1163.5, "lines": []}

    told = {datum["MetricName"]: datum["Value"] for datum in invocation_metrics(invocation)}

    assert told == {"Invocations": 1, "Duration": 1163.5}
