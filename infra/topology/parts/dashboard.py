"""The dashboard: columns of charts."""

from typing import Literal, Self

from pydantic import Field, model_validator

from infra.topology.parts.fields import Model
from infra.topology.parts.metrics import Each, Metric


class Line(Metric):
    """A metric drawn in a chart; `{each}` in the label is the shard, function or table it is drawn for."""

    label: str
    each: Each | None = None


class Chart(Model):
    """Lines over time; `unit` is empty for counts."""

    title: str
    unit: Literal["", "ms", "s"] = ""
    lines: tuple[Line, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _labels_tell_lines_apart(self) -> Self:
        if len({line.label for line in self.lines}) < len(self.lines):
            raise ValueError("two lines of a chart have the same label")
        if any((line.each is None) == ("{each}" in line.label) for line in self.lines):
            raise ValueError("a label has {each} if its line has `each`, and only then")
        return self


class Stage(Model):
    """A column of the dashboard: a part of the way of a message."""

    title: str
    charts: tuple[Chart, ...] = Field(min_length=1)
