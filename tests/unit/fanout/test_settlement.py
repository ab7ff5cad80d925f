from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fanout.records import MAX_ATTEMPTS, Record
from services.fanout.settlement import (
    BACK_OFF_CAP_SECONDS,
    MAX_HOPS,
    Done,
    RecordTally,
    Residual,
    Return,
    Settlement,
    Tally,
    back_off_seconds,
    settle,
    to_close,
)
from shared.jobs import DeliveryJob
from shared.stores.connections import Member
from tests.unit.examples import record


def half() -> float:
    return 0.5


def members(*names: str) -> list[Member]:
    return [Member(name, "v2") for name in names]


def tally(parent: Record, counts: Tally | None = None, **of_record: Any) -> RecordTally:
    """The same counts for each message of the record."""
    return RecordTally({item: replace(counts or Tally()) for item in parent.items}, **of_record)


def names(job: DeliveryJob) -> list[str]:
    return [target.connection_id for target in job.targets or ()]


def only_residual(settlement: Settlement) -> Residual:
    assert isinstance(settlement, Done)
    assert settlement.undeliverable == ()
    (residual,) = settlement.residuals
    return residual


def test_everyone_served_is_done() -> None:
    parent = record(targets=["a="])

    assert settle(parent, tally(parent, Tally(delivered=1)), half) == Done()


def test_an_empty_room_is_done() -> None:
    assert settle(record(), tally(record()), half) == Done()


def test_only_those_that_failed_are_tried_again_later() -> None:
    parent = record(1, targets=["a=", "b=", "c="], attempt=1)

    residual = only_residual(settle(parent, tally(parent, Tally(delivered=2, failed=members("b="))), half))

    assert names(residual.job) == ["b="]
    assert residual.job.outgoing == parent.job.outgoing
    assert (residual.job.attempt, residual.job.hops) == (2, 1)
    assert residual.delay_seconds > 0


def test_what_time_did_not_suffice_for_goes_back_at_once_and_counts_no_attempt() -> None:
    parent = record(attempt=1)

    residual = only_residual(settle(parent, tally(parent, Tally(delivered=1, untouched=members("b="))), half))

    assert (residual.job.attempt, residual.job.hops, residual.delay_seconds) == (1, 1, 0)


def test_a_record_of_which_nothing_was_touched_counts_no_attempt_either() -> None:
    parent = record(targets=["a="], attempt=3, receive_count=2)

    residual = only_residual(settle(parent, tally(parent, Tally(untouched=members("a="))), half))

    assert (residual.job.attempt, residual.job.hops) == (3, 1)
    assert residual.delay_seconds == back_off_seconds(1, half)


def test_the_untouched_are_split_off_from_the_failed() -> None:
    parent = record(targets=["a=", "b="], attempt=MAX_ATTEMPTS - 1)
    counts = Tally(failed=members("a="), untouched=members("b="))

    settlement = settle(parent, tally(parent, counts), half)

    assert isinstance(settlement, Done)
    assert [names(each.job) for each in settlement.undeliverable] == [["a="]]
    assert [names(each.job) for each in settlement.residuals] == [["b="]]
    assert settlement.residuals[0].job.attempt == MAX_ATTEMPTS - 1


def test_hops_are_bounded_and_the_last_names_who_is_left() -> None:
    parent = record(targets=["a=", "b="], hops=MAX_HOPS)

    settlement = settle(parent, tally(parent, Tally(delivered=1, untouched=members("b="))), half)

    assert isinstance(settlement, Done)
    assert settlement.residuals == ()
    assert [names(each.job) for each in settlement.undeliverable] == [["b="]]
    assert "hops" in settlement.undeliverable[0].reason


def test_a_job_of_which_everything_failed_is_left_to_sqs() -> None:
    parent = record()

    assert isinstance(settle(parent, tally(parent, Tally(failed=members("a=", "b="))), half), Return)


def test_a_scattered_room_whose_first_slice_failed_has_made_progress() -> None:
    parent = record()

    only_residual(settle(parent, tally(parent, Tally(failed=members("a=")), scattered=3), half))


def test_a_job_whose_audience_was_not_all_found_is_left_to_sqs_whole() -> None:
    parent = record()

    assert isinstance(settle(parent, tally(parent, Tally(delivered=5), complete=False), half), Return)


def test_a_target_past_its_attempts_is_to_be_closed() -> None:
    def closing(parent: Record) -> list[Member]:
        return list(to_close(parent, tally(parent, Tally(delivered=1, failed=members("a=")))))

    assert closing(record(attempt=MAX_ATTEMPTS - 2, receive_count=1)) == []
    assert closing(record(attempt=MAX_ATTEMPTS - 1, receive_count=1)) == members("a=")
    assert closing(record(attempt=0, receive_count=MAX_ATTEMPTS)) == members("a=")


def test_what_could_not_even_be_closed_is_dead_lettered_by_name() -> None:
    parent = record(targets=["a=", "b="], attempt=MAX_ATTEMPTS - 1)

    settlement = settle(parent, tally(parent, Tally(closed=1, failed=members("b="))), half)

    assert isinstance(settlement, Done)
    assert [names(each.job) for each in settlement.undeliverable] == [["b="]]
    assert "5 attempts" in settlement.undeliverable[0].reason


@pytest.mark.parametrize(
    ("attempts", "jitter", "seconds"),
    [(1, 0, 1), (1, 1, 2), (3, 0, 4), (3, 0.5, 6), (3, 1, 8), (6, 0, 30), (6, 1, 60), (7, 1, 60)],
)
def test_back_off_doubles_from_half_a_step_to_all_of_it(attempts: int, jitter: float, seconds: int) -> None:
    assert back_off_seconds(attempts, lambda: jitter) == seconds


def test_a_job_without_progress_waits_the_longer_the_oftener_it_was_received() -> None:
    for receive_count, seconds in ((2, 3), (4, 12)):
        parent = record(receive_count=receive_count)
        failed, unknown = Tally(failed=members("a=")), Tally(delivered=1)

        assert settle(parent, tally(parent, failed), half) == Return(seconds)
        assert settle(parent, tally(parent, unknown, complete=False), half) == Return(seconds)


@given(st.integers(min_value=1, max_value=1000), st.floats(min_value=0, max_value=1))
def test_back_off_is_a_second_at_least_and_capped(attempts: int, jitter: float) -> None:
    assert 1 <= back_off_seconds(attempts, lambda: jitter) <= BACK_OFF_CAP_SECONDS


NAMES = st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=8, unique=True)
FATES = ["delivered", "gone", "refused", "failed", "untouched"]


@given(
    NAMES,
    st.integers(min_value=1, max_value=3),
    st.tuples(
        st.integers(min_value=0, max_value=MAX_ATTEMPTS + 2),
        st.integers(min_value=1, max_value=MAX_ATTEMPTS),
        st.integers(min_value=0, max_value=MAX_HOPS),
    ),
    st.data(),
)
def test_whoever_lacks_a_message_is_named_for_it_once_and_nobody_else_is(
    targets: list[str], messages: int, counts: tuple[int, int, int], data: st.DataObject
) -> None:
    attempt, receive_count, hops = counts
    parent = job_of(targets, messages, attempt, hops, receive_count)
    account = RecordTally({item: Tally() for item in parent.items})
    left: set[tuple[str, str]] = set()
    for item, of_message in account.messages.items():
        for name in targets:
            fate = data.draw(st.sampled_from(FATES))
            if fate in {"failed", "untouched"}:
                getattr(of_message, fate).append(Member(name, "v2"))
                left.add((name, item.message.message_id))
            else:
                setattr(of_message, fate, getattr(of_message, fate) + 1)

    settlement = settle(parent, account, half)

    if isinstance(settlement, Return):
        assert len(left) == len(targets) * messages
        assert account.untouched == {}
        return
    jobs = [each.job for each in settlement.residuals]
    jobs += [each.job for each in settlement.undeliverable]
    named = [(name, each.message.message_id) for job in jobs for name in names(job) for each in job.outgoing]
    assert len(named) == len(set(named))
    assert set(named) == left
    assert all(job.hops == hops + 1 for job in jobs)
    for residual in settlement.residuals:
        assert residual.job.attempt in {attempt, parent.attempts}
        assert residual.job.attempt < MAX_ATTEMPTS or residual.job.attempt == attempt


@given(st.data())
def test_a_lineage_of_jobs_ends(data: st.DataObject) -> None:
    """Whatever fails, each target is posted to at most so often, and then closed or dead-lettered."""
    waiting = [record(targets=["a=", "b="])]
    posts, ended = 0, 0
    while waiting:
        parent = waiting.pop()
        account = tally(parent)
        (counts,) = account.messages.values()
        for target in parent.job.targets or ():
            posts += 1
            fate = data.draw(st.sampled_from(["delivered", "failed", "untouched"]))
            if fate == "delivered":
                counts.delivered += 1
                ended += 1
            else:
                getattr(counts, fate).append(target.member)
        settlement = settle(parent, account, half)
        if isinstance(settlement, Return):
            if parent.receive_count < MAX_ATTEMPTS:
                waiting.append(replace(parent, receive_count=parent.receive_count + 1))
            else:
                ended += len(parent.job.targets or ())
            continue
        ended += sum(len(names(each.job)) for each in settlement.undeliverable)
        waiting += [replace(parent, job=each.job, receive_count=1) for each in settlement.residuals]

    assert ended == 2
    assert posts <= 2 * (2 * MAX_ATTEMPTS + MAX_HOPS)


def job_of(targets: list[str], messages: int, attempt: int, hops: int, receive_count: int) -> Record:
    parts = [record(n, targets=targets, attempt=attempt, hops=hops) for n in range(messages)]
    outgoing = tuple(each for part in parts for each in part.job.outgoing)
    job = parts[0].job.model_copy(update={"outgoing": outgoing})
    return replace(parts[0], job=job, receive_count=receive_count)
