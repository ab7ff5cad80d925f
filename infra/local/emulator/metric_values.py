"""Puts the values of a metric together, as CloudWatch keeps them: by minute, equal ones with a count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import DimensionTypeDef, MetricDatumTypeDef

VALUES_A_DATUM = 150  # the most that PutMetricData takes


class Series(NamedTuple):
    """What one datum is about; `minute` is None for now."""

    name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str
    minute: datetime | None


def gathered(data: Iterable[MetricDatumTypeDef]) -> Iterator[MetricDatumTypeDef]:
    """Yield data that say the same as `data`, each of `Value` or `Values`: as few as may be."""
    values: defaultdict[Series, Counter[float]] = defaultdict(Counter)
    for datum in data:
        values[_series_of(datum)].update(datum.get("Values") or [datum["Value"]])
    for series, counts in values.items():
        distinct = sorted(counts)
        for first in range(0, len(distinct), VALUES_A_DATUM):
            yield _datum_of(series, counts, distinct[first : first + VALUES_A_DATUM])


def _series_of(datum: MetricDatumTypeDef) -> Series:
    at = datum.get("Timestamp")
    minute = at.replace(second=0, microsecond=0) if isinstance(at, datetime) else None
    dimensions = tuple((each["Name"], each["Value"]) for each in datum.get("Dimensions", ()))
    return Series(datum["MetricName"], dimensions, datum.get("Unit", "None"), minute)


def _datum_of(series: Series, counts: Counter[float], values: Sequence[float]) -> MetricDatumTypeDef:
    dimensions: list[DimensionTypeDef] = [{"Name": name, "Value": value} for name, value in series.dimensions]
    datum: MetricDatumTypeDef = {
        "MetricName": series.name,
        "Dimensions": dimensions,
        "Values": list(values),
        "Counts": [float(counts[value]) for value in values],
        "Unit": series.unit,  # type: ignore[typeddict-item]  # a unit as it was given
    }
    return datum if series.minute is None else datum | {"Timestamp": series.minute}
