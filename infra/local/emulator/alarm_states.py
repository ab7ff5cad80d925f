"""Decides the state of the alarms of a local stack by CloudWatch's rules.

The emulator's own evaluation mixes the dimensions of a metric, ignores missing data and knows no expressions.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cloudwatch.type_defs import (
        MetricDataQueryTypeDef,
        MetricDataQueryUnionTypeDef,
        PutMetricAlarmInputTypeDef,
    )

State = Literal["ALARM", "OK"]
OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
# CloudWatch looks further back for values where some miss, two periods in the tables of its user guide:
# "Configuring how CloudWatch alarms treat missing data".
FURTHER_PERIODS = 2
METRIC_MATH: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
}


def set_alarm_states(
    cloudwatch: CloudWatchClient, alarms: Sequence[PutMetricAlarmInputTypeDef], now: float
) -> None:
    """Set each alarm that changes; `alarms` are as `local_alarms` gives them, `now` is in epoch seconds."""
    values = _read(cloudwatch, alarms, now)
    standing = {
        alarm["AlarmName"]: alarm["StateValue"]
        for page in cloudwatch.get_paginator("describe_alarms").paginate()
        for alarm in page["MetricAlarms"]
    }
    for number, alarm in enumerate(alarms):
        results = [
            _result(alarm["Metrics"], {id_: series.get(start) for id_, series in values[number].items()})
            for start in _periods(alarm, now)
        ]
        state = next_state(alarm, results)
        if state is not None and state != standing.get(alarm["AlarmName"]):
            cloudwatch.set_alarm_state(
                AlarmName=alarm["AlarmName"],
                StateValue=state,
                StateReason=f"{results} {alarm['ComparisonOperator']} {alarm['Threshold']}",
            )


def next_state(alarm: PutMetricAlarmInputTypeDef, results: Sequence[float | None]) -> State | None:
    """Decide by the periods in range, oldest first; None, which keeps the state, if nothing is known.

    The last values count, as many as the alarm evaluates; those that are missing are filled as it says.
    Source: CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data".
    """
    evaluated = alarm["EvaluationPeriods"]
    known = [value for value in results if value is not None][-evaluated:]
    crosses = OPERATORS[alarm["ComparisonOperator"]]
    breaching = [crosses(value, alarm["Threshold"]) for value in known]
    if len(known) < evaluated:
        treatment = alarm["TreatMissingData"]
        if treatment == "ignore" or (treatment == "missing" and not known):
            return None
        if treatment in {"breaching", "notBreaching"}:
            breaching += [treatment == "breaching"] * (evaluated - len(known))
    needed = alarm.get("DatapointsToAlarm", evaluated)
    return "ALARM" if sum(breaching) >= min(needed, len(breaching)) else "OK"


def metric_math(expression: str, values: Mapping[str, float | None]) -> float:
    """Evaluate the part of CloudWatch's metric math the topology uses: + - * / < >, IF, and FILL of a metric.

    Raises:
        ValueError: the expression uses something else.
    """

    def value_of(node: ast.expr) -> float:
        match node:
            case ast.Call(func=ast.Name(id="FILL"), args=[ast.Name(id=name), ast.Constant(value=int(fill))]):
                value = values[name]
                return fill if value is None else value
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.BinOp(left=left, op=op, right=right) if type(op) in METRIC_MATH:
                return METRIC_MATH[type(op)](value_of(left), value_of(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in METRIC_MATH:
                return METRIC_MATH[type(op)](value_of(left), value_of(right))
            case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
                return value_of(then) if value_of(condition) else value_of(otherwise)
        raise ValueError(f"{ast.unparse(node)}: not among the metric math known here")

    return value_of(_parsed(expression))


@cache
def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


def _result(
    queries: Sequence[MetricDataQueryUnionTypeDef], inputs: Mapping[str, float | None]
) -> float | None:
    expression = next((query["Expression"] for query in queries if "Expression" in query), None)
    return metric_math(expression, inputs) if expression else next(iter(inputs.values()))


def _periods(alarm: PutMetricAlarmInputTypeDef, now: float) -> list[float]:
    """Where the periods under evaluation start, the current one last."""
    period = _period(alarm)
    current = now // period * period
    in_range = alarm["EvaluationPeriods"] + FURTHER_PERIODS
    return [current - before * period for before in reversed(range(in_range))]


def _period(alarm: PutMetricAlarmInputTypeDef) -> int:
    return next(query["MetricStat"]["Period"] for query in alarm["Metrics"] if "MetricStat" in query)


def _read(
    cloudwatch: CloudWatchClient, alarms: Sequence[PutMetricAlarmInputTypeDef], now: float
) -> list[dict[str, dict[float, float]]]:
    """For every alarm: the values of its metrics by the start of their period."""
    values: list[dict[str, dict[float, float]]] = [{} for _ in alarms]
    queries: list[MetricDataQueryTypeDef] = []
    origin: dict[str, tuple[int, str]] = {}
    for number, alarm in enumerate(alarms):
        for query in alarm["Metrics"]:
            if "MetricStat" in query:
                values[number][query["Id"]] = {}
                origin[f"q{len(queries)}"] = number, query["Id"]
                queries.append({"Id": f"q{len(queries)}", "MetricStat": query["MetricStat"]})
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=queries,
        StartTime=datetime.fromtimestamp(min(_periods(alarm, now)[0] for alarm in alarms), UTC),
        EndTime=datetime.fromtimestamp(now + 1, UTC),
    )
    for result in answer["MetricDataResults"]:
        number, id_ = origin[result["Id"]]
        starts = (moment.timestamp() for moment in result["Timestamps"])
        values[number][id_] = dict(zip(starts, result["Values"], strict=True))
    return values
