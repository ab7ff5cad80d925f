from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fanout.delivery import Delivery, Fate, Outcome, Trial
from services.fanout.pace import SILENT_SECONDS, Pace
from services.fanout.posting import (
    OUT_OF_TIME,
    POST_TIMEOUT_SECONDS,
    RETRIES,
    RETRY_WAIT_SECONDS,
    SLOW_SECONDS,
    deliver,
    disconnect,
)
from shared.aws.callback import Frame
from shared.aws.failures import TIMED_OUT
from tests.unit.fanout.fake_endpoint import (
    LATENCY_SECONDS,
    Call,
    FakeEndpoint,
    Status,
    always,
    by_connection,
    in_turn,
)

ONE, TWO, THREE = Frame.of(b"one"), Frame.of(b"two"), Frame.of(b"three")
BUDGET = 60.0


def run(
    deliveries: Iterable[Delivery[int] | None],
    endpoint: FakeEndpoint,
    *,
    seconds: float = BUDGET,
    pace: Pace | None = None,
    jitter: float = 0.5,
) -> Iterator[Outcome[int]]:
    return deliver(
        deliveries,
        endpoint,
        pace=pace or Pace(16),
        deadline=endpoint.now + seconds,
        clock=endpoint.clock,
        random=lambda: jitter,
    )


def to(*connection_ids: str, frames: tuple[Frame, ...] = (ONE,)) -> list[Delivery[int]]:
    return [Delivery(connection_id, frames, 0) for connection_id in connection_ids]


def room_of(size: int) -> list[Delivery[int]]:
    return to(*map(str, range(size)))


def only(outcomes: Iterable[Outcome[int]]) -> Outcome[int]:
    [outcome] = outcomes
    return outcome


def test_every_member_gets_the_frame_once_and_the_caller_its_context_back() -> None:
    endpoint = FakeEndpoint()
    deliveries = [Delivery(str(number), (ONE,), context=number) for number in range(100)]

    outcomes = list(run(deliveries, endpoint))

    assert {outcome.delivery.context for outcome in outcomes} == set(range(100))
    assert {outcome[1:] for outcome in outcomes} == {(Fate.DELIVERED, 1, (), "", None)}
    assert Counter(call.connection_id for call in endpoint.calls) == Counter(map(str, range(100)))


@pytest.mark.parametrize(
    ("status", "fate", "posts"),
    [
        (200, Fate.DELIVERED, 1),
        (410, Fate.GONE, 1),
        (403, Fate.TRANSIENT, 1 + RETRIES),
        (400, Fate.TRANSIENT, 1 + RETRIES),
        (413, Fate.DELIVERED, 1),
        (408, Fate.TRANSIENT, 1 + RETRIES),
        (429, Fate.TRANSIENT, 1 + RETRIES),
        (500, Fate.TRANSIENT, 1 + RETRIES),
        (503, Fate.TRANSIENT, 1 + RETRIES),
        (None, Fate.TRANSIENT, 1),
    ],
)
def test_what_is_worth_it_is_tried_again_and_nothing_else(status: Status, fate: Fate, posts: int) -> None:
    endpoint = FakeEndpoint(always(status))

    assert only(run(to("a"), endpoint)).fate is fate
    assert len(endpoint.calls) == posts


def test_a_busy_connection_that_recovers_is_delivered() -> None:
    endpoint = FakeEndpoint(in_turn(429, 500, 200))

    assert only(run(to("a"), endpoint))[1:3] == (Fate.DELIVERED, 1)


@pytest.mark.parametrize("jitter", [0.0, 0.999])
def test_a_retry_waits_a_while_within_its_bounds(jitter: float) -> None:
    endpoint = FakeEndpoint(in_turn(429, 200))
    list(run(to("a"), endpoint, jitter=jitter))

    first, second = endpoint.calls
    shortest, longest = RETRY_WAIT_SECONDS
    waited = second.at - first.at - LATENCY_SECONDS
    assert waited == pytest.approx(shortest + jitter * (longest - shortest))


def test_a_retry_does_not_hold_up_the_others() -> None:
    endpoint = FakeEndpoint(by_connection({"busy": in_turn(429, 200)}))
    outcomes = list(run(to("busy", *map(str, range(50))), endpoint, pace=Pace(1)))

    assert {outcome.fate for outcome in outcomes} == {Fate.DELIVERED}
    busy = [number for number, call in enumerate(endpoint.calls) if call.connection_id == "busy"]
    posts_meanwhile = busy[1] - busy[0] - 1
    assert posts_meanwhile > RETRY_WAIT_SECONDS[0] / LATENCY_SECONDS


def test_a_retry_that_is_due_while_all_places_are_taken_waits_for_an_answer_instead_of_spinning() -> None:
    endpoint = FakeEndpoint(by_connection({"busy": in_turn(429, 200), "slow": always(None)}))

    outcomes = run(to("busy", "slow"), endpoint, pace=Pace(1))

    assert {outcome.delivery.connection_id for outcome in outcomes} == {"busy", "slow"}


def test_frames_of_a_connection_go_strictly_in_order_each_after_the_last_was_accepted() -> None:
    endpoint = FakeEndpoint(in_turn(200, 429, 200, 200))

    assert only(run(to("a", frames=(ONE, TWO, THREE)), endpoint))[1:3] == (Fate.DELIVERED, 3)
    assert [call.body for call in endpoint.calls] == [b"one", b"two", b"two", b"three"]
    assert endpoint.most_in_flight == 1


@pytest.mark.parametrize(("status", "fate"), [(410, Fate.GONE), (403, Fate.TRANSIENT), (500, Fate.TRANSIENT)])
def test_a_failure_between_frames_says_how_many_are_settled(status: Status, fate: Fate) -> None:
    endpoint = FakeEndpoint(in_turn(200, status))

    outcome = only(run(to("a", frames=(ONE, TWO, THREE)), endpoint))

    assert (outcome.fate, outcome.settled, outcome.refused) == (fate, 1, ())
    assert outcome.delivery.frames[outcome.settled :] == (TWO, THREE)


def test_a_frame_too_large_is_left_out_and_the_following_ones_still_go() -> None:
    endpoint = FakeEndpoint(in_turn(200, 413, 200))

    outcome = only(run(to("a", frames=(ONE, TWO, THREE)), endpoint))

    assert outcome[1:] == (Fate.DELIVERED, 3, (1,), "413 refused", 413)
    assert [call.body for call in endpoint.calls] == [b"one", b"two", b"three"]


def test_each_frame_has_its_own_retries() -> None:
    endpoint = FakeEndpoint(in_turn(429, 429, 200, 429, 429, 200))

    assert only(run(to("a", frames=(ONE, TWO)), endpoint)).fate is Fate.DELIVERED


def test_no_more_posts_are_in_flight_than_the_limit_allows() -> None:
    endpoint = FakeEndpoint()
    list(run(room_of(100), endpoint, pace=Pace(5)))

    assert endpoint.most_in_flight == 5


def test_congestion_lowers_the_limit_for_this_run_and_the_next() -> None:
    pace = Pace(64)
    list(run(room_of(200), FakeEndpoint(), pace=pace))
    list(run(room_of(64), FakeEndpoint(always(500)), pace=pace))

    assert pace.in_flight < 64


def test_deliveries_are_pulled_only_as_there_is_room_for_them() -> None:
    endpoint = FakeEndpoint()
    pulled = 0

    def source() -> Iterator[Delivery[int]]:
        nonlocal pulled
        for delivery in room_of(100):
            pulled += 1
            yield delivery

    seen = 0
    for _ in run(source(), endpoint, pace=Pace(4)):
        seen += 1
        assert pulled <= seen + 4
    assert seen == 100


def test_an_empty_audience_needs_no_post() -> None:
    endpoint = FakeEndpoint()

    assert list(run([], endpoint)) == []
    assert endpoint.calls == []


def test_at_the_deadline_nothing_begins_and_what_was_never_begun_is_untouched() -> None:
    endpoint = FakeEndpoint()
    outcomes = list(run(room_of(50), endpoint, seconds=2.5 * LATENCY_SECONDS, pace=Pace(4)))

    fates = Counter(outcome.fate for outcome in outcomes)
    assert fates == {Fate.DELIVERED: 8, Fate.UNTOUCHED: 42}
    reasons = Counter(outcome.reason for outcome in outcomes if outcome.fate is Fate.UNTOUCHED)
    assert reasons == {TIMED_OUT: 4, OUT_OF_TIME: 38}


def test_after_the_deadline_everything_is_untouched() -> None:
    endpoint = FakeEndpoint()

    assert {outcome.fate for outcome in run(room_of(5), endpoint, seconds=0)} == {Fate.UNTOUCHED}
    assert endpoint.calls == []


def test_a_post_may_take_its_time_out_but_never_longer_than_what_is_left() -> None:
    endpoint = FakeEndpoint(always(None))
    started = endpoint.now
    list(run(to("a", "b"), endpoint, seconds=POST_TIMEOUT_SECONDS + 1, pace=Pace(1)))

    assert endpoint.calls[0].timeout_seconds == POST_TIMEOUT_SECONDS
    assert endpoint.calls[1].timeout_seconds <= POST_TIMEOUT_SECONDS + 1 - SLOW_SECONDS
    assert endpoint.now <= started + POST_TIMEOUT_SECONDS + 1


def test_a_silent_connection_is_not_asked_again_in_this_run_nor_soon_after() -> None:
    pace = Pace(16)
    endpoint = FakeEndpoint(by_connection({"silent": always(None)}))
    first = only(run(to("silent"), endpoint, pace=pace))
    at_once = only(run(to("silent"), endpoint, pace=pace))
    on_its_last_trial = [Delivery("silent", (ONE,), 0, Trial.LAST)]
    again = only(run(on_its_last_trial, endpoint, pace=pace))

    assert [outcome.fate for outcome in (first, at_once, again)] == [Fate.TRANSIENT] * 3
    assert len(endpoint.calls) == 2
    endpoint.now += SILENT_SECONDS
    endpoint.script = always(200)
    assert only(run(to("silent"), endpoint, pace=pace)).fate is Fate.DELIVERED


def test_slow_posts_no_longer_take_the_places_of_others() -> None:
    slow = [f"slow-{number}" for number in range(16)]
    endpoint = FakeEndpoint(by_connection(dict.fromkeys(slow, always(None))))
    started = endpoint.now

    list(run([*to(*slow), *room_of(100)], endpoint, pace=Pace(16)))

    healthy = [call.at for call in endpoint.calls if not call.connection_id.startswith("slow")]
    assert max(healthy) < started + POST_TIMEOUT_SECONDS / 2


def test_a_source_that_has_nothing_yet_is_asked_again_and_holds_up_nobody() -> None:
    endpoint = FakeEndpoint()
    ready_at = endpoint.now + 1.0

    def source() -> Iterator[Delivery[int] | None]:
        yield from room_of(3)
        while endpoint.now < ready_at:
            yield None
        yield from to("late")

    outcomes = list(run(source(), endpoint))

    assert len(outcomes) == 4
    assert [call.connection_id for call in endpoint.calls if call.at < ready_at] == ["0", "1", "2"]


def test_what_the_account_refuses_is_no_attempt_at_the_connection() -> None:
    pace = Pace(64)
    list(run(room_of(100), FakeEndpoint(always(429)), pace=pace, seconds=1.0))

    outcomes = list(run(room_of(5), FakeEndpoint(always(429)), pace=pace, seconds=0.5))

    assert {outcome.fate for outcome in outcomes} == {Fate.UNTOUCHED}


def test_a_retry_that_would_come_after_the_deadline_is_left_to_settlement() -> None:
    endpoint = FakeEndpoint(always(429))

    outcome = only(run(to("a"), endpoint, seconds=LATENCY_SECONDS + RETRY_WAIT_SECONDS[0]))

    assert (outcome.fate, outcome.reason) == (Fate.TRANSIENT, "429 refused")
    assert len(endpoint.calls) == 1


def test_frames_left_at_the_deadline_are_untouched_and_counted_from_the_first_unsettled() -> None:
    endpoint = FakeEndpoint()

    outcome = only(run(to("a", frames=(ONE, TWO, THREE)), endpoint, seconds=1.5 * LATENCY_SECONDS))

    assert outcome.fate is Fate.UNTOUCHED
    assert outcome.settled == 1


class AudienceLost(Exception):
    pass


def test_an_error_of_the_source_comes_after_the_outcomes_of_all_that_was_pulled() -> None:
    endpoint = FakeEndpoint(by_connection({"1": in_turn(429, 200)}))

    def source() -> Iterator[Delivery[int]]:
        yield from room_of(3)
        raise AudienceLost

    seen: list[Outcome[int]] = []
    with pytest.raises(AudienceLost):
        seen.extend(run(source(), endpoint))

    assert {outcome.fate for outcome in seen} == {Fate.DELIVERED}
    assert sorted(outcome.delivery.connection_id for outcome in seen) == ["0", "1", "2"]


def test_a_consumer_that_leaves_early_leaves_nothing_in_flight_behind() -> None:
    endpoint = FakeEndpoint(by_connection({"slow": always(None)}))
    outcomes = run(to("quick", "slow"), endpoint)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]  # a generator behind the Iterator of the signature

    assert endpoint.in_flight == 0
    assert endpoint.abandoned == 1


def test_closing_asks_once_for_each_connection_and_takes_gone_for_closed() -> None:
    endpoint = FakeEndpoint(by_connection({"a": always(204), "b": always(410), "c": in_turn(429, 204)}))
    outcomes = disconnect(
        ["a", "b", "c"],
        endpoint,
        pace=Pace(4),
        deadline=endpoint.now + BUDGET,
        clock=endpoint.clock,
        random=lambda: 0.0,
    )

    fates = {outcome.delivery.connection_id: outcome.fate for outcome in outcomes}
    assert fates == {"a": Fate.DELIVERED, "b": Fate.GONE, "c": Fate.DELIVERED}
    assert {call.body for call in endpoint.calls} == {None}


statuses = st.sampled_from([200, 200, 200, 410, 413, 403, 429, 500, None])


@given(
    members=st.lists(st.tuples(st.integers(1, 4), st.lists(statuses, min_size=1, max_size=12)), max_size=30),
    ceiling=st.integers(1, 20),
    seconds=st.floats(0, 8),
)
def test_whatever_happens_each_delivery_has_one_outcome_and_it_is_true(
    members: list[tuple[int, list[Status]]], ceiling: int, seconds: float
) -> None:
    scripts = {str(number): in_turn(*script) for number, (_, script) in enumerate(members)}
    answered: dict[str, list[tuple[bytes | None, Status]]] = {name: [] for name in scripts}

    def script(call: Call) -> Status:
        status = scripts[call.connection_id](call)
        answered[call.connection_id].append((call.body, status))
        return status if call.timeout_seconds > LATENCY_SECONDS else None

    endpoint = FakeEndpoint(script)
    started = endpoint.now
    frames = tuple(Frame.of(b"%d" % number) for number in range(4))
    deliveries = [Delivery(str(number), frames[:size], number) for number, (size, _) in enumerate(members)]

    outcomes = list(run(deliveries, endpoint, seconds=seconds, pace=Pace(ceiling)))

    assert sorted(o.delivery.connection_id for o in outcomes) == sorted(scripts)
    assert endpoint.in_flight == 0
    assert endpoint.most_in_flight <= endpoint.capacity
    assert endpoint.now <= started + seconds + 1e-6
    assert all(call.at < started + seconds for call in endpoint.calls)
    for outcome in outcomes:
        history = answered[outcome.delivery.connection_id]
        bodies = [body for body, _ in history]
        assert bodies == sorted(bodies, key=lambda body: body or b"")  # never an earlier frame after a later
        assert history or outcome.fate is Fate.UNTOUCHED
        if outcome.fate is Fate.DELIVERED:
            settled = [body for body, status in history if status in (200, 413)]
            assert settled == [frame.body for frame in outcome.delivery.frames]
