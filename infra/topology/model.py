"""The model of `infra/topology/topology.yaml`: what exists, locally and on AWS."""

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field, model_validator

from infra.topology.parts.alarms import Alarm, CompositeAlarm
from infra.topology.parts.dashboard import Stage
from infra.topology.parts.fields import Model, Name, Reference, Variable
from infra.topology.parts.functions import Function, Route
from infra.topology.parts.metrics import Each
from infra.topology.parts.queues import Queue
from infra.topology.parts.tables import Table
from infra.topology.quotas import beyond_quotas, short_visibility_timeouts
from infra.topology.references import dangling_references


class Topology(Model):
    """All of it. Every name that is referred to exists."""

    project: Name
    metrics_namespace: str
    runbooks: str
    shards: int = Field(ge=1, le=200)
    account_concurrency: int = Field(ge=10)
    audit_retention_days: Literal[
        30, 60, 90, 120, 180, 365, 400, 545, 731
    ]  # of those that CloudWatch Logs takes
    tables: dict[Name, Table]
    topic: Name
    queues: dict[Name, Queue]
    environment: dict[Variable, Reference]
    functions: dict[Name, Function]
    routes: dict[str, Route]
    alarms: dict[Name, Alarm]
    composite_alarms: dict[Name, CompositeAlarm]
    dashboard: tuple[Stage, ...] = Field(min_length=1, max_length=6)

    def instances(self, each: Each | None) -> tuple[str | None, ...]:
        """Return what an alarm or line is made for, in Terraform's order; None for one without `each`."""
        if each is None:
            return (None,)
        functions = sorted(self.functions.items())
        made_for: dict[Each, Iterable[str]] = {
            "shard": map(str, range(self.shards)),
            "function": (name for name, _ in functions),
            "schedule": (name for name, function in functions if function.is_always_scheduled),
            "stream": (name for name, function in functions if function.follows_a_stream),
            "table": sorted(self.tables),
            "index": sorted(self.indexes),
        }
        return tuple(made_for[each])

    @property
    def indexes(self) -> dict[str, tuple[str, str]]:
        """Table and index by the name that alarms and lines give an index."""
        return {
            f"{name}-{index}": (name, index) for name, table in self.tables.items() for index in table.indexes
        }

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        faults = [
            *dangling_references(self),
            *short_visibility_timeouts(self),
            *beyond_quotas(self),
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self
