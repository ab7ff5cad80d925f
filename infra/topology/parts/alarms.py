"""Alarms: when they go off, and what CloudWatch would leave undecided about that."""

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from infra.topology.parts.fields import Model, Name
from infra.topology.parts.metrics import Each, Metric


class Alarm(Model):
    """A CloudWatch alarm on one metric or on an expression over several.

    It is on while `datapoints_to_alarm` of the last `evaluation_periods` breach; all of them if not given.
    `threshold_of` makes `threshold` a share: of the function's time-out, or of the account's concurrency.
    `period_of` makes `period_seconds` that of a function that is called every minute; others' are longer.
    `scheduled` names a function: the alarm exists only where that is called by its schedule.
    """

    description: str
    severity: Literal["page", "tell"]
    each: Each | None = None
    scheduled: Name | None = None
    metric: Metric | None = None
    expression: str | None = None
    metrics: dict[Name, Metric] = Field(default_factory=dict)
    period_seconds: int = Field(ge=10)
    period_of: Literal["schedule"] | None = None
    evaluation_periods: int = Field(ge=1)
    datapoints_to_alarm: int | None = Field(default=None, ge=1)
    comparison: Literal[
        "GreaterThanThreshold",
        "GreaterThanOrEqualToThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
    ]
    threshold: float
    threshold_of: Literal["timeout_ms", "account_concurrency"] | None = None
    missing_data: Literal["breaching", "notBreaching", "ignore", "missing"]

    @model_validator(mode="after")
    def _metric_or_expression(self) -> Self:
        if (self.metric is None) == (self.expression is None) or bool(self.metrics) != bool(self.expression):
            raise ValueError("give either metric, or expression with metrics")
        if self.threshold_of == "timeout_ms" and self.each != "function":
            raise ValueError("threshold_of: timeout_ms needs each: function")
        if self.period_of == "schedule" and self.each != "schedule":
            raise ValueError("period_of: schedule needs each: schedule")
        return self

    @model_validator(mode="after")
    def _missing_data_is_said(self) -> Self:
        """Refuse what CloudWatch would leave undecided.

        Math over a metric without a value has none either: one quiet metric would blind an expression.
        Alarms on `AWS/DynamoDB` keep their state while there is no data, whatever they say.
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
        """
        if self.metric and self.metric.namespace == "AWS/DynamoDB":
            raise ValueError("a metric of AWS/DynamoDB goes into an expression, as FILL(name, 0)")
        expression = self.expression or ""
        for name in self.metrics:
            filled = len(re.findall(rf"\bFILL\({name}, 0\)", expression))
            if filled == 0 or filled != len(re.findall(rf"\b{name}\b", expression)):
                raise ValueError(f"in the expression {name} stands as FILL({name}, 0)")
        if (
            self.expression
            and (self.datapoints_to_alarm or self.evaluation_periods) == self.evaluation_periods > 1
        ):
            # The newest minute is often not told yet, and filled with nothing it would never breach.
            raise ValueError("an expression needs fewer datapoints_to_alarm than evaluation_periods")
        return self


class CompositeAlarm(Model):
    """An alarm that is on while any alarm of one severity is."""

    description: str
    any_of_severity: Literal["page", "tell"]
