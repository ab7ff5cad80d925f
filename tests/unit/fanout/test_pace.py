import math

from hypothesis import given
from hypothesis import strategies as st

from services.fanout.pace import (
    FADE_SECONDS,
    FLOOR,
    INITIAL,
    RATE_FLOOR,
    ROUND_SECONDS,
    SEVERAL_FAILING,
    SEVERAL_THROTTLED,
    SILENT_REMEMBERED,
    SILENT_SECONDS,
    Pace,
)


def grown(ceiling: int = 64) -> Pace:
    """A pace that has met nothing but success."""
    pace = Pace(ceiling)
    for _ in range(1_000):
        pace.accepted(0.0)
    return pace


def a_round(pace: Pace, start: float, *, accepted: int = 0, failed: int = 0, throttled: int = 0) -> float:
    """One round of first tries, each to another connection; returns when it is over."""
    for number in range(failed):
        pace.failed(f"failed-{start}-{number}", start, first_try=True)
    for number in range(throttled):
        pace.throttled(f"throttled-{start}-{number}", start, first_try=True)
    for _ in range(accepted):
        pace.accepted(start)
    end = start + ROUND_SECONDS
    pace.accepted(end)
    return end + 0.001


steps = st.lists(
    st.tuples(st.sampled_from(["accepted", "failed", "throttled"]), st.integers(0, 9), st.floats(0, 1)),
    max_size=300,
)


@given(st.integers(1, 300), steps)
def test_limits_stay_within_their_bounds_whatever_happens(
    ceiling: int, history: list[tuple[str, int, float]]
) -> None:
    pace, now = Pace(ceiling), 0.0
    for kind, who, passed in history:
        now += passed
        if kind == "accepted":
            pace.accepted(now)
        else:
            getattr(pace, kind)(str(who), now, first_try=True)

        assert min(FLOOR, ceiling) <= pace.in_flight <= ceiling
        assert pace.rate >= RATE_FLOOR
        assert pace.may_begin(now) >= 0


def test_until_the_first_congestion_it_doubles_every_round_trip() -> None:
    pace = Pace(64)
    assert pace.in_flight == INITIAL
    for _ in range(INITIAL):
        pace.accepted(0.0)
    assert pace.in_flight == 2 * INITIAL
    for _ in range(1_000):
        pace.accepted(0.0)
    assert pace.in_flight == 64


def test_several_connections_that_fail_in_a_round_halve_it_once() -> None:
    pace = grown()

    a_round(pace, 1.0, failed=50)

    assert pace.in_flight == 32


@given(st.integers(1, 100), st.integers(1, 20))
def test_one_connection_that_fails_however_often_changes_nothing(healthy: int, times: int) -> None:
    pace, now = grown(), 1.0
    for _ in range(times):
        pace.failed("bad", now, first_try=True)
        pace.throttled("bad", now, first_try=True)
        now = a_round(pace, now, accepted=healthy)

    assert pace.in_flight == 64
    assert pace.rate == math.inf


def test_a_few_that_fail_among_many_change_nothing() -> None:
    pace = grown()

    a_round(pace, 1.0, accepted=100, failed=SEVERAL_FAILING, throttled=SEVERAL_THROTTLED)

    assert pace.in_flight == 64
    assert pace.rate == math.inf


def test_connections_that_failed_before_prove_nothing_new() -> None:
    pace = grown()
    for number in range(50):
        pace.failed(str(number), 1.0, first_try=False)
        pace.throttled(str(number), 1.0, first_try=False)

    a_round(pace, 1.0)

    assert pace.in_flight == 64
    assert pace.rate == math.inf


def test_congestion_that_goes_on_ends_at_the_floor() -> None:
    pace, now = grown(), 1.0
    for _ in range(10):
        now = a_round(pace, now, failed=50)

    assert pace.in_flight == FLOOR


def test_congestion_fades() -> None:
    pace = grown()
    now = a_round(pace, 1.0, failed=50)
    slow = pace.in_flight
    now = a_round(pace, now + FADE_SECONDS, accepted=1)
    for _ in range(slow):
        pace.accepted(now)

    assert pace.in_flight >= 2 * slow - 1


def test_throttling_sets_the_rate_that_was_taken() -> None:
    pace = grown()

    now = a_round(pace, 1.0, accepted=24, throttled=100)

    assert 200 <= pace.rate <= 250
    assert pace.in_flight == 64
    assert pace.is_throttled(now)


def test_a_rate_begins_no_more_than_it_allows() -> None:
    pace = grown()
    now = a_round(pace, 1.0, accepted=99, throttled=100)
    rate, begun = pace.rate, 0
    for tick in range(1_000):
        at = now + tick / 1_000
        while pace.may_begin(at) >= 1:
            pace.began(1)
            begun += 1

    assert 0.9 * rate <= begun <= 1.1 * rate


def test_without_further_throttling_the_rate_grows_and_at_last_is_forgotten() -> None:
    pace = grown()
    now = a_round(pace, 1.0, accepted=24, throttled=100)
    low = pace.rate
    for _ in range(10):
        now = a_round(pace, now, accepted=24)
    assert low < pace.rate < 1.5 * low

    a_round(pace, now + FADE_SECONDS, accepted=24)

    assert pace.rate == math.inf


def test_a_silent_connection_is_remembered_for_a_while_and_never_too_many() -> None:
    pace = Pace(64)
    pace.timed_out("a", 0.0)

    assert pace.is_silent("a", SILENT_SECONDS - 1)
    assert not pace.is_silent("a", SILENT_SECONDS)
    assert not pace.is_silent("b", 0.0)

    for number in range(2 * SILENT_REMEMBERED):
        pace.timed_out(str(number), SILENT_SECONDS + number)
    assert pace.is_silent(str(2 * SILENT_REMEMBERED - 1), SILENT_SECONDS + 2 * SILENT_REMEMBERED)
