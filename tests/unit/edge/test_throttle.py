from hypothesis import given
from hypothesis import strategies as st

from infra.edge.throttle import TokenBucket


def test_a_full_bucket_gives_its_burst_and_no_more() -> None:
    bucket = TokenBucket(rate=10, burst=3, now=0.0)

    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]


def test_tokens_come_back_at_the_rate() -> None:
    bucket = TokenBucket(rate=10, burst=1, now=0.0)
    bucket.take(0.0)

    assert not bucket.take(0.05)
    assert bucket.take(0.1)


@given(
    rate=st.floats(1, 1000),
    burst=st.integers(1, 100),
    pauses=st.lists(st.floats(0, 10), max_size=200),
)
def test_never_more_than_the_burst_and_the_rate_over_the_time(
    rate: float, burst: int, pauses: list[float]
) -> None:
    bucket, now, taken = TokenBucket(rate, burst, now=0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.take(now)

    assert taken <= burst + rate * now + 1e-6
