from hypothesis import given
from hypothesis import strategies as st

from services.fanout.concurrency import FLOOR, INITIAL, ROUND_SECONDS, AdaptiveLimit


def after(limit: AdaptiveLimit, successes: int) -> int:
    for _ in range(successes):
        limit.succeeded()
    return limit.current


steps = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=400)


@given(st.integers(1, 300), steps)
def test_the_limit_stays_between_one_and_its_ceiling(ceiling: int, history: list[tuple[bool, float]]) -> None:
    limit, now = AdaptiveLimit(ceiling), 0.0
    for success, passed in history:
        now += passed
        if success:
            limit.succeeded()
        else:
            limit.congested(now)

        assert FLOOR <= limit.current <= ceiling


@given(st.integers(1, 300), steps)
def test_success_never_lowers_the_limit_and_congestion_never_raises_it(
    ceiling: int, history: list[tuple[bool, float]]
) -> None:
    limit, now = AdaptiveLimit(ceiling), 0.0
    for success, passed in history:
        before, now = limit.current, now + passed
        if success:
            limit.succeeded()
            assert limit.current >= before
        else:
            limit.congested(now)
            assert limit.current <= before


def test_until_the_first_congestion_it_doubles_every_round_trip() -> None:
    limit = AdaptiveLimit(64)

    assert limit.current == INITIAL
    assert after(limit, INITIAL) == 2 * INITIAL
    assert after(limit, 2 * INITIAL) == 4 * INITIAL
    assert after(limit, 1000) == 64


def test_congestion_halves_it_and_from_there_it_grows_by_one_a_round_trip() -> None:
    limit = AdaptiveLimit(64)
    after(limit, 100)
    limit.congested(now=0.0)

    assert limit.current == 32
    assert after(limit, 33) == 33
    assert after(limit, 34) == 34


def test_a_burst_of_refusals_halves_it_once() -> None:
    limit = AdaptiveLimit(64)
    after(limit, 100)
    for _ in range(50):
        limit.congested(now=7.0)

    assert limit.current == 32


def test_congestion_that_goes_on_halves_it_every_round_down_to_one() -> None:
    limit = AdaptiveLimit(8)
    seen = []
    for number in range(5):
        limit.congested(now=number * 2 * ROUND_SECONDS)
        seen.append(limit.current)

    assert seen == [4, 2, 1, 1, 1]


def test_one_success_at_the_floor_is_enough_to_leave_it() -> None:
    limit = AdaptiveLimit(8)
    for number in range(5):
        limit.congested(now=number * 2 * ROUND_SECONDS)

    assert after(limit, 1) == 2
