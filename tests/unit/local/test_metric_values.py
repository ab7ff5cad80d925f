"""Values of metrics put together say what they said one by one."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from infra.local.emulator.metric_values import VALUES_A_DATUM, gathered

DATUM = st.fixed_dictionaries(
    {
        "MetricName": st.sampled_from(["Lag", "Sends"]),
        "Dimensions": st.sampled_from([[], [{"Name": "service", "Value": "fanout"}]]),
        "Timestamp": st.integers(0, 300).map(lambda second: datetime.fromtimestamp(second, UTC)),
        "Values": st.lists(st.integers(0, 400).map(float), min_size=1, max_size=60),
        "Unit": st.sampled_from(["Count", "Milliseconds"]),
    }
)


def told(data: Iterable[Any]) -> Counter[tuple[str, str, int, str, float]]:
    """Count each value by name, dimensions, minute and unit."""
    values: Counter[tuple[str, str, int, str, float]] = Counter()
    for datum in data:
        minute = int(datum["Timestamp"].timestamp()) // 60
        series = (datum["MetricName"], str(datum["Dimensions"]), minute, datum["Unit"])
        counts = datum.get("Counts") or [1.0] * len(datum["Values"])
        for value, count in zip(datum["Values"], counts, strict=True):
            values[(*series, value)] += int(count)
    return values


@given(st.lists(DATUM, max_size=20))
def test_each_value_is_told_as_often_as_before(data: list[Any]) -> None:
    together = list(gathered(data))

    assert told(together) == told(data)
    assert all(len(datum["Values"]) <= VALUES_A_DATUM for datum in together)
    assert len(together) <= len(data) or any(len(datum["Values"]) == VALUES_A_DATUM for datum in together)


def test_values_without_a_time_are_of_now() -> None:
    datum: Any = {"MetricName": "Invocations", "Dimensions": [], "Value": 1.0, "Unit": "Count"}

    [one] = gathered([datum, datum])

    assert (one["Values"], one["Counts"]) == ([1.0], [2.0])
    assert "Timestamp" not in one
