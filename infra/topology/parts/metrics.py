"""Metrics, and what an alarm or a line of a chart is made for."""

from typing import Literal

from pydantic import Field

from infra.topology.parts.fields import Model, Reference

EACH = "each"  # in a reference: the function, table or index that an alarm or line is made for
# A `schedule` or `stream` is the function that is called by one. What is optional has alarms of its own.
Each = Literal["shard", "function", "schedule", "stream", "table", "index"]


class Metric(Model):
    """A CloudWatch metric; without `namespace` it is one of our own (`Deployment.metrics_namespace`)."""

    namespace: str | None = None
    name: str
    dimensions: dict[str, Reference]
    statistic: str = Field(pattern=r"^(Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?)$")
