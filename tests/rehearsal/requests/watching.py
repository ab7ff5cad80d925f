"""Requests for logs, alarms and dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tests.rehearsal.requests.made import Client, Made
from tests.unit.terraform.plan import Values
from tests.unit.terraform.requests import alarm_of


def log_group(client: Client, values: Values) -> Made:
    logs, name = client("logs"), values["name"]
    logs.create_log_group(logGroupName=name, kmsKeyId=values["kms_key_id"])
    logs.put_retention_policy(logGroupName=name, retentionInDays=values["retention_in_days"])
    return Made(delete=partial(logs.delete_log_group, logGroupName=name))


def alarm(client: Client, values: Values) -> Made:
    cloudwatch = client("cloudwatch")
    alarm = alarm_of(values)
    if "Dimensions" in alarm:
        alarm["Dimensions"] = _as_list(alarm["Dimensions"])
    for query in alarm.get("Metrics", ()):
        if "MetricStat" in query:
            query["MetricStat"]["Metric"]["Dimensions"] = _as_list(
                query["MetricStat"]["Metric"]["Dimensions"] or {}
            )
    cloudwatch.put_metric_alarm(**alarm, AlarmActions=values["alarm_actions"], OKActions=values["ok_actions"])
    return Made(delete=partial(cloudwatch.delete_alarms, AlarmNames=[values["alarm_name"]]))


def _as_list(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def dashboard(client: Client, values: Values) -> Made:
    cloudwatch, name = client("cloudwatch"), values["dashboard_name"]
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=values["dashboard_body"])
    return Made(delete=partial(cloudwatch.delete_dashboards, DashboardNames=[name]))
