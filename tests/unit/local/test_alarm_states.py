"""Alarms change state by CloudWatch's rules."""

from typing import TYPE_CHECKING

import pytest

from infra.local.emulator.alarm_states import metric_math, next_state
from infra.local.emulator.alarms import local_alarms
from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render.alarms import metric_alarms

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import PutMetricAlarmInputTypeDef


def alarm(missing: str, comparison: str = "GreaterThanThreshold") -> "PutMetricAlarmInputTypeDef":
    return {
        "AlarmName": "alarm",
        "EvaluationPeriods": 3,
        "ComparisonOperator": comparison,  # type: ignore[typeddict-item] # parametrized
        "Threshold": 5.0,
        "TreatMissingData": missing,
    }


@pytest.mark.parametrize(
    ("missing", "results", "state"),
    [
        ("notBreaching", [6, 7, 8], "ALARM"),
        ("notBreaching", [6, 5, 8], "OK"),
        ("notBreaching", [6, None, 8], "OK"),
        ("notBreaching", [9, 9, 6, None, 8], "ALARM"),  # enough values further back
        ("notBreaching", [9, None, None, None, 8], "OK"),
        ("notBreaching", [None, None, None], "OK"),
        ("breaching", [6, None, 8], "ALARM"),
        ("breaching", [None, None, None], "ALARM"),
        ("breaching", [1, None, None], "OK"),
        ("missing", [None, None, 8], "ALARM"),
        ("ignore", [6, None, 8], None),
        ("missing", [None, None, None], None),
    ],
)
def test_every_period_must_breach(missing: str, results: list[float | None], state: str | None) -> None:
    assert next_state(alarm(missing), results) == state


@pytest.mark.parametrize(
    ("results", "state"),
    [([6, 1, 7, 1, 8], "ALARM"), ([6, 1, 7, 1, 1], "OK"), ([None, 6, 7, 8, None], "ALARM")],
)
def test_some_of_the_periods_may_be_enough(results: list[float | None], state: str) -> None:
    some: PutMetricAlarmInputTypeDef = {
        **alarm("notBreaching"),
        "EvaluationPeriods": 5,
        "DatapointsToAlarm": 3,
    }

    assert next_state(some, results) == state


def test_a_metric_without_a_value_is_filled() -> None:
    assert metric_math("FILL(a, 0) + FILL(b, 2)", {"a": None, "b": None}) == 2
    assert metric_math("FILL(a, 0) + FILL(b, 2)", {"a": 3, "b": 4}) == 7


def test_a_floor_breaches_below() -> None:
    assert next_state(alarm("breaching", "LessThanThreshold"), [4, 0, 1]) == "ALARM"
    assert next_state(alarm("breaching", "LessThanThreshold"), [4, 5, 1]) == "OK"


@pytest.mark.parametrize(("delivered", "failed", "result"), [(1000, 100, 100 / 11), (50, 50, 0), (0, 0, 0)])
def test_the_ratio_of_failures_counts_from_a_hundred_posts_on(
    topology: Topology, delivered: float, failed: float, result: float
) -> None:
    expression = topology.alarms["delivery-failures"].expression or ""

    assert metric_math(expression, {"delivered": delivered, "failed": failed}) == pytest.approx(result)


def test_every_expression_of_the_topology_is_understood(topology: Topology) -> None:
    for definition in topology.alarms.values():
        if definition.expression:
            metric_math(definition.expression, dict.fromkeys(definition.metrics, 1.0))


def test_other_metric_math_is_refused() -> None:
    with pytest.raises(ValueError, match="METRICS"):
        metric_math("SUM(METRICS())", {})


def test_local_alarms_are_the_same_alarms_with_their_metric_as_a_query(
    topology: Topology, deployment: Deployment
) -> None:
    originals = metric_alarms(topology, deployment)
    standing = [
        each for each in originals if each["TreatMissingData"] != "breaching"
    ]  # a stack begins silent
    for local, original in zip(local_alarms(originals), standing, strict=True):
        assert "Namespace" not in local
        for shared in (
            "AlarmName",
            "Threshold",
            "ComparisonOperator",
            "EvaluationPeriods",
            "TreatMissingData",
        ):
            assert local[shared] == original[shared]
        if "MetricName" in original:
            (query,) = local["Metrics"]
            assert query["MetricStat"]["Metric"]["MetricName"] == original["MetricName"]
            assert query["MetricStat"]["Metric"]["Dimensions"] == original["Dimensions"]
            assert query["MetricStat"]["Period"] == original["Period"]
