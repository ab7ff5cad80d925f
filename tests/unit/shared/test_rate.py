from hypothesis import given
from hypothesis import strategies as st

from shared.rate import REMEMBERED_MS, Bucket, EmptyBuckets
from tests.unit.examples import NOW

BUCKETS = st.builds(Bucket, burst=st.integers(1, 8), every_ms=st.integers(1, 50))
PAUSES = st.lists(st.integers(0, 200), max_size=60)


def taken(bucket: Bucket, pauses: list[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """When one was let through, and when one was not, with the wait that was told."""
    spent_until, now = 0, NOW
    let_through, refused = [], []
    for pause in pauses:
        now += pause
        if wait := bucket.wait_ms(spent_until, now):
            refused.append((now, wait))
        else:
            let_through.append(now)
            spent_until = bucket.after_one(spent_until, now)
    return let_through, refused


@given(BUCKETS, PAUSES)
def test_no_time_holds_more_than_its_share_and_one_burst(bucket: Bucket, pauses: list[int]) -> None:
    let_through, _ = taken(bucket, pauses)

    for first, begin in enumerate(let_through):
        for last, end in enumerate(let_through[first:], start=1):
            assert last <= bucket.burst + (end - begin) // bucket.every_ms


@given(BUCKETS, PAUSES)
def test_after_the_wait_that_was_told_one_is_let_through(bucket: Bucket, pauses: list[int]) -> None:
    spent_until, now = 0, NOW
    for pause in pauses:
        now += pause
        wait = bucket.wait_ms(spent_until, now)
        assert bucket.wait_ms(spent_until, now + wait) == 0
        if wait > 1:
            assert bucket.wait_ms(spent_until, now + wait - 1) == 1
        if not wait:
            spent_until = bucket.after_one(spent_until, now)


@given(BUCKETS)
def test_who_waits_long_enough_has_a_whole_burst_and_no_more(bucket: Bucket) -> None:
    let_through, _ = taken(bucket, [10**9] + [0] * (2 * bucket.burst))

    assert len(let_through) == bucket.burst


@given(BUCKETS, st.integers(1, 60))
def test_who_keeps_the_pace_is_never_refused(bucket: Bucket, count: int) -> None:
    assert taken(bucket, [bucket.every_ms] * count)[1] == []


@given(BUCKETS, PAUSES)
def test_nobody_is_refused_from_memory_whom_the_bucket_would_let_through(
    bucket: Bucket, pauses: list[int]
) -> None:
    empty, spent_until, now = EmptyBuckets(), 0, NOW
    for pause in pauses:
        now += pause
        wait = bucket.wait_ms(spent_until, now)
        assert empty.wait_ms("alice", "messages", now) in (0, wait)
        if wait:
            empty.note("alice", "messages", wait, now)
            assert empty.wait_ms("alice", "messages", now) == wait
        else:
            spent_until = bucket.after_one(spent_until, now)


def test_what_was_seen_of_a_bucket_is_forgotten_within_a_second() -> None:
    empty = EmptyBuckets()
    empty.note("alice", "messages", 60_000, NOW)

    assert empty.wait_ms("alice", "messages", NOW + REMEMBERED_MS - 1) == 60_000 - REMEMBERED_MS + 1
    assert empty.wait_ms("alice", "messages", NOW + REMEMBERED_MS) == 0


def test_a_bucket_is_one_users_and_of_one_thing() -> None:
    empty = EmptyBuckets()
    empty.note("alice", "messages", 500, NOW)

    assert empty.wait_ms("bob", "messages", NOW) == empty.wait_ms("alice", "typing", NOW) == 0
