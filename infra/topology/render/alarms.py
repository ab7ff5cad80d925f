"""`PutMetricAlarm` and `PutCompositeAlarm` requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.parts.alarms import Alarm
from infra.topology.parts.metrics import Metric
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


def metric_alarms(topology: Topology, deployment: Deployment) -> list[PutMetricAlarmInputTypeDef]:
    """One request for every alarm, and for all that an `each` alarm is made for."""
    return [
        _metric_alarm(name, each, topology, deployment)
        for name, alarm in _standing(topology, deployment).items()
        for each in topology.instances(alarm.each)
    ]


def composite_alarms(topology: Topology, deployment: Deployment) -> list[PutCompositeAlarmInputTypeDef]:
    """One request for every composite: it is on while any alarm of its severity is."""
    return [
        {
            "AlarmName": deployment.name(name),
            "AlarmDescription": f"{composite.description} Runbook: {topology.runbooks}/{name}.md",
            "AlarmRule": " OR ".join(
                f"ALARM({_alarm_name(alarm_name, each, deployment)})"
                for alarm_name, alarm in _standing(topology, deployment).items()
                if alarm.severity == composite.any_of_severity
                for each in topology.instances(alarm.each)
            ),
        }
        for name, composite in topology.composite_alarms.items()
    ]


def _standing(topology: Topology, deployment: Deployment) -> dict[str, Alarm]:
    """Return the alarms that there are: those on schedules only where something runs by them."""
    return {
        name: alarm for name, alarm in topology.alarms.items() if deployment.schedules or not alarm.scheduled
    }


def _alarm_name(name: str, each: str | None, deployment: Deployment) -> str:
    return deployment.name(name if each is None else f"{name}-{each}")


def _metric_alarm(
    name: str, each: str | None, topology: Topology, deployment: Deployment
) -> PutMetricAlarmInputTypeDef:
    alarm = topology.alarms[name]
    request: PutMetricAlarmInputTypeDef = {
        "AlarmName": _alarm_name(name, each, deployment),
        "AlarmDescription": f"{alarm.description} Runbook: {topology.runbooks}/{name}.md",
        "EvaluationPeriods": alarm.evaluation_periods,
        "ComparisonOperator": alarm.comparison,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.missing_data,
    }
    if alarm.datapoints_to_alarm:
        request["DatapointsToAlarm"] = alarm.datapoints_to_alarm
    if alarm.threshold_of == "timeout_ms":
        request["Threshold"] = alarm.threshold * topology.functions[str(each)].timeout_seconds * 1000
    if alarm.threshold_of == "account_concurrency":
        request["Threshold"] = alarm.threshold * topology.account_concurrency
    if alarm.metric is None:
        request["Metrics"] = _queries(alarm, each, topology, deployment)
        return request
    request["Namespace"] = alarm.metric.namespace or deployment.metrics_namespace(topology)
    request["MetricName"] = alarm.metric.name
    request["Dimensions"] = _dimensions(alarm.metric, each, topology, deployment)
    request["Period"] = period_seconds(alarm, each, topology)
    if alarm.metric.statistic.startswith(EXTENDED_STATISTIC_PREFIX):
        request["ExtendedStatistic"] = alarm.metric.statistic
    else:
        request["Statistic"] = alarm.metric.statistic  # type: ignore[typeddict-item] # the model's pattern
    return request


def _queries(
    alarm: Alarm, each: str | None, topology: Topology, deployment: Deployment
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
            "MetricStat": metric_stat(
                metric, each, period_seconds(alarm, each, topology), topology, deployment
            ),
        }
        for name, metric in alarm.metrics.items()
    ]
    return [result, *inputs]


def period_seconds(alarm: Alarm, each: str | None, topology: Topology) -> int:
    """Return an alarm's period; `each` is what it is for, as in `Topology.instances`."""
    if alarm.period_of == "schedule":
        return alarm.period_seconds * (topology.functions[str(each)].schedule_minutes or 1)
    return alarm.period_seconds


def metric_stat(
    metric: Metric, each: str | None, period_seconds: int, topology: Topology, deployment: Deployment
) -> MetricStatTypeDef:
    """Return a metric by period, as queries name it; `each` is what it is for, as in `Topology.instances`."""
    return {
        "Metric": {
            "Namespace": metric.namespace or deployment.metrics_namespace(topology),
            "MetricName": metric.name,
            "Dimensions": _dimensions(metric, each, topology, deployment),
        },
        "Period": period_seconds,
        "Stat": metric.statistic,
    }


def _dimensions(
    metric: Metric, each: str | None, topology: Topology, deployment: Deployment
) -> list[DimensionTypeDef]:
    return [
        {"Name": name, "Value": dimension_value(reference, each, topology, deployment)}
        for name, reference in metric.dimensions.items()
    ]
