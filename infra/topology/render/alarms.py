"""`PutMetricAlarm` and `PutCompositeAlarm` requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.topology.deployment import Place
from infra.topology.model import Alarm, Metric, Topology
from infra.topology.render.values import dimension_value

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import (
        DimensionTypeDef,
        MetricDataQueryTypeDef,
        MetricStatTypeDef,
        PutCompositeAlarmInputTypeDef,
        PutMetricAlarmInputTypeDef,
    )

EXTENDED_STATISTIC_PREFIX = "p"


def metric_alarms(topology: Topology, place: Place) -> list[PutMetricAlarmInputTypeDef]:
    """One request for every alarm, and for every shard, function or table of an `each` alarm."""
    return [
        _metric_alarm(name, each, topology, place)
        for name, alarm in topology.alarms.items()
        for each in topology.instances(alarm.each)
    ]


def composite_alarms(topology: Topology, place: Place) -> list[PutCompositeAlarmInputTypeDef]:
    """One request for every composite: it is on while any alarm of its severity is."""
    return [
        {
            "AlarmName": place.name(name),
            "AlarmDescription": f"{composite.description} Runbook: {topology.runbooks}/{name}.md",
            "AlarmRule": " OR ".join(
                f"ALARM({_alarm_name(alarm_name, each, place)})"
                for alarm_name, alarm in topology.alarms.items()
                if alarm.severity == composite.any_of_severity
                for each in topology.instances(alarm.each)
            ),
        }
        for name, composite in topology.composite_alarms.items()
    ]


def _alarm_name(name: str, each: str | None, place: Place) -> str:
    return place.name(name if each is None else f"{name}-{each}")


def _metric_alarm(
    name: str, each: str | None, topology: Topology, place: Place
) -> PutMetricAlarmInputTypeDef:
    alarm = topology.alarms[name]
    request: PutMetricAlarmInputTypeDef = {
        "AlarmName": _alarm_name(name, each, place),
        "AlarmDescription": f"{alarm.description} Runbook: {topology.runbooks}/{name}.md",
        "EvaluationPeriods": alarm.evaluation_periods,
        "ComparisonOperator": alarm.comparison,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.missing_data,
    }
    if alarm.threshold_of == "timeout_ms":
        timeout_ms = topology.functions[str(each)].timeout_seconds * 1000
        request["Threshold"] = alarm.threshold * timeout_ms
    if alarm.metric is None:
        request["Metrics"] = _queries(alarm, each, topology, place)
        return request
    request["Namespace"] = alarm.metric.namespace or place.metrics_namespace(topology)
    request["MetricName"] = alarm.metric.name
    request["Dimensions"] = _dimensions(alarm.metric, each, topology, place)
    request["Period"] = alarm.period_seconds
    if alarm.metric.statistic.startswith(EXTENDED_STATISTIC_PREFIX):
        request["ExtendedStatistic"] = alarm.metric.statistic
    else:
        request["Statistic"] = alarm.metric.statistic  # type: ignore[typeddict-item] # the model's pattern
    return request


def _queries(
    alarm: Alarm, each: str | None, topology: Topology, place: Place
) -> list[MetricDataQueryTypeDef]:
    expression = alarm.expression or ""
    result: MetricDataQueryTypeDef = {
        "Id": "result",
        "Expression": expression,
        "Label": expression,
        "ReturnData": True,
    }
    inputs: list[MetricDataQueryTypeDef] = [
        {
            "Id": name,
            "ReturnData": False,
            "MetricStat": metric_stat(metric, each, alarm.period_seconds, topology, place),
        }
        for name, metric in alarm.metrics.items()
    ]
    return [result, *inputs]


def metric_stat(
    metric: Metric, each: str | None, period_seconds: int, topology: Topology, place: Place
) -> MetricStatTypeDef:
    """A metric by period, as queries name it; `each` is the shard, function or table it is for."""
    return {
        "Metric": {
            "Namespace": metric.namespace or place.metrics_namespace(topology),
            "MetricName": metric.name,
            "Dimensions": _dimensions(metric, each, topology, place),
        },
        "Period": period_seconds,
        "Stat": metric.statistic,
    }


def _dimensions(metric: Metric, each: str | None, topology: Topology, place: Place) -> list[DimensionTypeDef]:
    return [
        {"Name": name, "Value": dimension_value(reference, each, topology, place)}
        for name, reference in metric.dimensions.items()
    ]
