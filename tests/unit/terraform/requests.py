"""Planned values in the shape of the AWS requests that chatctl makes."""

import json
from collections.abc import Iterator
from typing import Any

from tests.unit.terraform.plan import Plan, Values


def key_schema(keys: Values) -> list[dict[str, str]]:
    return [
        {"AttributeName": keys["hash_key"], "KeyType": "HASH"},
        {"AttributeName": keys["range_key"], "KeyType": "RANGE"},
    ]


def index(values: Values) -> dict[str, Any]:
    projection = {"ProjectionType": values["projection_type"]}
    if values["non_key_attributes"]:
        projection["NonKeyAttributes"] = values["non_key_attributes"]
    return {
        "IndexName": values["name"],
        "KeySchema": [
            {"AttributeName": key["attribute_name"], "KeyType": key["key_type"]}
            for key in values["key_schema"]
        ],
        "Projection": sorted_projection(projection),
    }


def sorted_projection(projection: Any) -> dict[str, Any]:
    return {key: sorted(value) if isinstance(value, list) else value for key, value in projection.items()}


def by_name(index: Any) -> str:
    return str(index["IndexName"])


def queue_attributes_of(plan: Plan, name: str) -> dict[str, Any]:
    queue = plan.of("aws_sqs_queue")[name]
    attributes: dict[str, Any] = {
        "VisibilityTimeout": str(queue["visibility_timeout_seconds"]),
        "MessageRetentionPeriod": str(queue["message_retention_seconds"]),
        "SqsManagedSseEnabled": queue["sqs_managed_sse_enabled"],
    }
    for attribute, kind, field in (
        ("Policy", "aws_sqs_queue_policy", "policy"),
        ("RedrivePolicy", "aws_sqs_queue_redrive_policy", "redrive_policy"),
        ("RedriveAllowPolicy", "aws_sqs_queue_redrive_allow_policy", "redrive_allow_policy"),
    ):
        if name in plan.of(kind):
            attributes[attribute] = json.loads(plan.of(kind)[name][field])
    return attributes


def parsed(value: str) -> Any:
    return json.loads(value) if value.startswith("{") or value in {"true", "false"} else value


def statements(policy: Any) -> list[tuple[str, list[str], list[str]]]:
    return sorted(
        (statement["Effect"], sorted(_list(statement["Action"])), sorted(_list(statement["Resource"])))
        for statement in policy["Statement"]
    )


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


ALARM_FIELDS = {
    "AlarmName": "alarm_name",
    "AlarmDescription": "alarm_description",
    "EvaluationPeriods": "evaluation_periods",
    "DatapointsToAlarm": "datapoints_to_alarm",
    "ComparisonOperator": "comparison_operator",
    "Threshold": "threshold",
    "TreatMissingData": "treat_missing_data",
    "Namespace": "namespace",
    "MetricName": "metric_name",
    "Period": "period",
    "Statistic": "statistic",
    "ExtendedStatistic": "extended_statistic",
}


def alarm_of(values: Values) -> dict[str, Any]:
    alarm: dict[str, Any] = {
        field: values[attribute]
        for field, attribute in ALARM_FIELDS.items()
        if values.get(attribute) is not None
    }
    if values["metric_query"]:
        alarm["Metrics"] = list(_queries(values["metric_query"]))
    else:
        alarm["Dimensions"] = values.get("dimensions") or {}
    return {field: without_order(value) for field, value in alarm.items()}


def _queries(queries: list[Values]) -> Iterator[dict[str, Any]]:
    for query in queries:
        if query["expression"]:
            yield {
                "Id": query["id"],
                "Expression": query["expression"],
                "Label": query["label"],
                "ReturnData": query["return_data"],
            }
            continue
        (metric,) = query["metric"]
        yield {
            "Id": query["id"],
            "ReturnData": query["return_data"],
            "MetricStat": {
                "Metric": {
                    "Namespace": metric["namespace"],
                    "MetricName": metric["metric_name"],
                    "Dimensions": metric["dimensions"],
                },
                "Period": metric["period"],
                "Stat": metric["stat"],
            },
        }


def without_order(value: Any) -> Any:
    """Dimensions as a map, queries by id: CloudWatch keeps neither in order."""
    if isinstance(value, dict):
        return {key: without_order(item) for key, item in value.items()}
    if isinstance(value, list) and all("Name" in item for item in value):
        return {item["Name"]: item["Value"] for item in value}
    if isinstance(value, list):
        return sorted(map(without_order, value), key=lambda query: str(query["Id"]))
    return value
