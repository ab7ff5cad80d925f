from hypothesis import given
from hypothesis import strategies as st

from services.fanout.settlement import (
    BACK_OFF_CAP_SECONDS,
    MAX_ATTEMPTS,
    Done,
    Residual,
    Return,
    Tally,
    Undeliverable,
    back_off_seconds,
    settle,
    to_close,
)
from shared.stores.connections import Member
from tests.unit.examples import record


def half() -> float:
    return 0.5


def members(*names: str) -> list[Member]:
    return [Member(name, "v2") for name in names]


def test_everyone_served_is_done() -> None:
    assert settle(record(targets=["a="]), Tally(delivered=1), half) == Done()


def test_an_empty_room_is_done() -> None:
    assert settle(record(), Tally(), half) == Done()


def test_only_those_that_failed_are_tried_again_later() -> None:
    parent = record(1, targets=["a=", "b=", "c="], attempt=1)

    settlement = settle(parent, Tally(delivered=2, failed=members("b=")), half)

    assert isinstance(settlement, Residual)
    assert [target.connection_id for target in settlement.job.targets or ()] == ["b="]
    assert settlement.job.message == parent.job.message
    assert settlement.job.attempt == 2
    assert settlement.delay_seconds > 0


def test_what_time_did_not_suffice_for_goes_back_at_once_and_counts_no_attempt() -> None:
    settlement = settle(record(attempt=1), Tally(delivered=1, untouched=members("b=")), half)

    assert isinstance(settlement, Residual)
    assert (settlement.job.attempt, settlement.delay_seconds) == (1, 0)


def test_a_job_without_progress_is_left_to_sqs() -> None:
    assert isinstance(settle(record(), Tally(failed=members("a=", "b=")), half), Return)
    assert isinstance(settle(record(), Tally(untouched=members("a=")), half), Return)


def test_a_scattered_room_whose_first_slice_failed_has_made_progress() -> None:
    settlement = settle(record(), Tally(scattered=3, failed=members("a=")), half)

    assert isinstance(settlement, Residual)


def test_a_job_whose_audience_was_not_all_found_is_left_to_sqs_whole() -> None:
    assert isinstance(settle(record(), Tally(delivered=5, complete=False), half), Return)


def test_a_target_past_its_attempts_is_to_be_closed() -> None:
    tally = Tally(delivered=1, failed=members("a="))

    assert to_close(record(attempt=MAX_ATTEMPTS - 2, receive_count=1), tally) == []
    assert to_close(record(attempt=MAX_ATTEMPTS - 1, receive_count=1), tally) == members("a=")
    assert to_close(record(attempt=0, receive_count=MAX_ATTEMPTS), tally) == members("a=")


def test_what_could_not_even_be_closed_is_dead_lettered_by_name() -> None:
    parent = record(targets=["a=", "b="], attempt=MAX_ATTEMPTS - 1)

    settlement = settle(parent, Tally(closed=1, failed=members("b=")), half)

    assert isinstance(settlement, Undeliverable)
    assert [target.connection_id for target in settlement.job.targets or ()] == ["b="]
    assert "5 attempts" in settlement.reason


@given(st.integers(min_value=1, max_value=1000), st.floats(min_value=0, max_value=1))
def test_back_off_is_a_second_at_least_and_capped(attempts: int, jitter: float) -> None:
    assert 1 <= back_off_seconds(attempts, lambda: jitter) <= BACK_OFF_CAP_SECONDS


NAMES = st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=8, unique=True)
FATES = ["delivered", "gone", "refused", "failed", "untouched"]


@given(
    NAMES,
    st.integers(min_value=0, max_value=MAX_ATTEMPTS + 2),
    st.integers(min_value=1, max_value=MAX_ATTEMPTS),
    st.data(),
)
def test_targets_shrink_strictly_and_are_never_lost(
    names: list[str], attempt: int, receive_count: int, data: st.DataObject
) -> None:
    fates = {name: data.draw(st.sampled_from(FATES)) for name in names}
    tally = Tally()
    for name, fate in fates.items():
        if fate in {"failed", "untouched"}:
            getattr(tally, fate).append(Member(name, "v2"))
        else:
            setattr(tally, fate, getattr(tally, fate) + 1)
    parent = record(targets=names, attempt=attempt, receive_count=receive_count)
    left = {name for name, fate in fates.items() if fate in {"failed", "untouched"}}

    settlement = settle(parent, tally, half)

    if isinstance(settlement, Residual | Undeliverable):
        targets = {target.connection_id for target in settlement.job.targets or ()}
        assert targets == left
        assert targets < set(names)
        assert settlement.job.attempt >= parent.job.attempt
    elif isinstance(settlement, Return):
        assert left == set(names)
    else:
        assert left == set()


@given(st.data())
def test_a_lineage_of_jobs_ends(data: st.DataObject) -> None:
    """Whatever fails, each target is tried at most MAX_ATTEMPTS times, and then closed or dead-lettered."""
    waiting = [(record(targets=["a=", "b=", "c=", "d="]), 1)]
    posts = 0
    while waiting:
        parent, receive_count = waiting.pop()
        job = record(
            targets=[target.connection_id for target in parent.job.targets or ()],
            attempt=parent.job.attempt,
            receive_count=receive_count,
        )
        tally = Tally()
        for target in job.job.targets or ():
            posts += 1
            if data.draw(st.booleans()):
                tally.delivered += 1
            else:
                tally.failed.append(target.member)
        settlement = settle(job, tally, half)
        if isinstance(settlement, Residual):
            names = [target.connection_id for target in settlement.job.targets or ()]
            waiting.append((record(targets=names, attempt=settlement.job.attempt), 1))
        elif isinstance(settlement, Return) and receive_count < MAX_ATTEMPTS:
            waiting.append((parent, receive_count + 1))

    assert posts <= 4 * (2 * MAX_ATTEMPTS)
