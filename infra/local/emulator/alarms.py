"""CloudWatch alarms, as `PutMetricAlarm` and `PutCompositeAlarm` take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from infra.local.emulator.changes import ReportChange

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cloudwatch.type_defs import (
        MetricDataQueryTypeDef,
        PutCompositeAlarmInputTypeDef,
        PutMetricAlarmInputTypeDef,
    )


def local_alarms(alarms: Iterable[PutMetricAlarmInputTypeDef]) -> list[PutMetricAlarmInputTypeDef]:
    """Return the alarms for the emulator, each with its metric as a query.

    It leaves such alarms alone; `alarm_states` sets their states by CloudWatch's rules. Those to which
    silence is bad stay away: a stack is silent until it is older than they look back.
    """
    return [_as_query(alarm) for alarm in alarms if alarm["TreatMissingData"] != "breaching"]


def _as_query(alarm: PutMetricAlarmInputTypeDef) -> PutMetricAlarmInputTypeDef:
    if "Metrics" in alarm:
        return alarm
    query: MetricDataQueryTypeDef = {
        "Id": "metric",
        "ReturnData": True,
        "MetricStat": {
            "Metric": {
                "Namespace": alarm["Namespace"],
                "MetricName": alarm["MetricName"],
                "Dimensions": alarm["Dimensions"],
            },
            "Period": alarm["Period"],
            "Stat": alarm["ExtendedStatistic"] if "ExtendedStatistic" in alarm else alarm["Statistic"],
        },
    }
    request: PutMetricAlarmInputTypeDef = {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm["AlarmDescription"],
        "EvaluationPeriods": alarm["EvaluationPeriods"],
        "ComparisonOperator": alarm["ComparisonOperator"],
        "Threshold": alarm["Threshold"],
        "TreatMissingData": alarm["TreatMissingData"],
        "Metrics": [query],
    }
    if "DatapointsToAlarm" in alarm:
        request["DatapointsToAlarm"] = alarm["DatapointsToAlarm"]
    return request


def apply_alarms(
    cloudwatch: CloudWatchClient,
    alarms: Iterable[PutMetricAlarmInputTypeDef],
    composite_alarms: Iterable[PutCompositeAlarmInputTypeDef],
    report: ReportChange,
) -> None:
    """Put every alarm that is missing from the emulator or differs."""
    standing: dict[str, Mapping[str, object]] = {
        alarm["AlarmName"]: alarm
        for page in cloudwatch.get_paginator("describe_alarms").paginate(
            AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        for alarm in (*page["MetricAlarms"], *page["CompositeAlarms"])
    }
    for request in local_alarms(alarms):
        if _is_new(request, standing.get(request["AlarmName"])):
            cloudwatch.put_metric_alarm(**request)
            report(f"put alarm {request['AlarmName']}")
    for composite in composite_alarms:
        if _is_new(composite, standing.get(composite["AlarmName"])):
            cloudwatch.put_composite_alarm(**composite)
            report(f"put alarm {composite['AlarmName']}")


def _is_new(request: Mapping[str, object], standing: Mapping[str, object] | None) -> bool:
    # The emulator does not tell an alarm's expression back, so only what it tells is compared.
    return standing is None or any(standing.get(key, value) != value for key, value in request.items())
