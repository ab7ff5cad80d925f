"""A later run is worse if it is beyond what two runs of the same code differ by, and only then."""

import pytest

from tests.load.calibration import IdleTimes
from tests.load.compare import regressions
from tests.load.results import Percentiles, Results, SampleRow
from tests.unit.load.test_results import GOOD, judged


def run(**changed: object) -> Results:
    return judged(GOOD).model_copy(update=changed)


def latency(p50: float, p99: float) -> Percentiles:
    return Percentiles(count=10, p50=p50, p90=p50, p99=p99, p999=p99, longest=p99)


def cores(emulator: float) -> tuple[SampleRow, ...]:
    row = SampleRow(
        second=10, connections=1, sent=1, acknowledged=1, delivered=1, errors=0, closed=0,
        delivery_p50_ms=1, delivery_p99_ms=1, cores={"emulator": emulator, "other programs": 2.0},
    )  # fmt: skip
    return (row,)


def test_the_same_run_is_no_regression() -> None:
    assert regressions(run(), run()) == []


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ({}, {"missing": (("m", "r", "1"),)}, "missing"),
        ({}, {"lost": ("1",)}, "lost"),
        ({"delivery": latency(60, 200)}, {"delivery": latency(200, 200)}, "delivery p50, idle hops"),
        ({"delivery": latency(60, 200)}, {"delivery": latency(60, 900)}, "delivery p99, idle hops"),
        ({"received_live": 20}, {"received_live": 19}, "delivered live, share"),
        ({}, {"duplicates": 5}, "duplicates, share"),
        ({"samples": cores(0.1)}, {"samples": cores(0.3)}, "CPU of emulator, ms a message"),
    ],
)
def test_what_became_worse_is_named(before: dict[str, object], after: dict[str, object], named: str) -> None:
    assert [change.name for change in regressions(run(**before), run(**after))] == [named]
    assert regressions(run(**after), run(**before)) == []


def test_noise_is_no_regression() -> None:
    assert regressions(run(delivery=latency(60, 200)), run(delivery=latency(80, 280))) == []
    assert regressions(run(samples=cores(0.1)), run(samples=cores(0.11))) == []


def test_a_slower_machine_is_no_regression() -> None:
    idle = judged(GOOD).calibration.idle
    slow = IdleTimes(
        connect_ms=3 * idle.connect_ms,
        acknowledgement_ms=3 * idle.acknowledgement_ms,
        delivery_ms=3 * idle.delivery_ms,
    )
    before = run(delivery=latency(60, 200))
    after = run(delivery=latency(180, 600), calibration=before.calibration.model_copy(update={"idle": slow}))
    assert regressions(before, after) == []
