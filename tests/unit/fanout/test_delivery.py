from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fanout.concurrency import AdaptiveLimit
from services.fanout.delivery import (
    OUT_OF_TIME,
    POST_TIMEOUT_SECONDS,
    RETRIES,
    RETRY_WAIT_SECONDS,
    Delivery,
    Fate,
    Outcome,
    deliver,
    disconnect,
)
from shared.aws.callback import Frame
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
    deliveries: Iterable[Delivery],
    endpoint: FakeEndpoint,
    *,
    seconds: float = BUDGET,
    limit: AdaptiveLimit | None = None,
    jitter: float = 0.5,
) -> Iterator[Outcome]:
    return deliver(
        deliveries,
        endpoint,
        limit=limit or AdaptiveLimit(16),
        deadline=endpoint.now + seconds,
        clock=endpoint.clock,
        random=lambda: jitter,
    )


def to(*connection_ids: str, frames: tuple[Frame, ...] = (ONE,)) -> list[Delivery]:
    return [Delivery(connection_id, frames) for connection_id in connection_ids]


def room_of(size: int) -> list[Delivery]:
    return to(*map(str, range(size)))


def only(outcomes: Iterable[Outcome]) -> Outcome:
    [outcome] = outcomes
    return outcome


def test_every_member_gets_the_frame_once_and_the_caller_its_context_back() -> None:
    endpoint = FakeEndpoint()
    deliveries = [Delivery(str(number), (ONE,), context=number) for number in range(100)]

    outcomes = list(run(deliveries, endpoint))

    assert {outcome.delivery.context for outcome in outcomes} == set(range(100))
    assert {outcome[1:] for outcome in outcomes} == {(Fate.DELIVERED, 1, (), "")}
    assert Counter(call.connection_id for call in endpoint.calls) == Counter(map(str, range(100)))


@pytest.mark.parametrize(
    ("status", "fate", "posts"),
    [
        (200, Fate.DELIVERED, 1),
        (410, Fate.GONE, 1),
        (403, Fate.PERMANENT, 1),
        (400, Fate.PERMANENT, 1),
        (413, Fate.PERMANENT, 1),
        (408, Fate.TRANSIENT, 1 + RETRIES),
        (429, Fate.TRANSIENT, 1 + RETRIES),
        (500, Fate.TRANSIENT, 1 + RETRIES),
        (503, Fate.TRANSIENT, 1 + RETRIES),
        (None, Fate.TRANSIENT, 1 + RETRIES),
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
    outcomes = list(run(to("busy", *map(str, range(50))), endpoint, limit=AdaptiveLimit(1)))

    assert {outcome.fate for outcome in outcomes} == {Fate.DELIVERED}
    busy = [number for number, call in enumerate(endpoint.calls) if call.connection_id == "busy"]
    posts_meanwhile = busy[1] - busy[0] - 1
    assert posts_meanwhile > RETRY_WAIT_SECONDS[0] / LATENCY_SECONDS


def test_a_retry_that_is_due_while_all_places_are_taken_waits_for_an_answer_instead_of_spinning() -> None:
    endpoint = FakeEndpoint(by_connection({"busy": in_turn(429, 200), "slow": always(None)}))

    outcomes = run(to("busy", "slow"), endpoint, limit=AdaptiveLimit(1))

    assert {outcome.delivery.connection_id for outcome in outcomes} == {"busy", "slow"}


def test_frames_of_a_connection_go_strictly_in_order_each_after_the_last_was_accepted() -> None:
    endpoint = FakeEndpoint(in_turn(200, 429, 200, 200))

    assert only(run(to("a", frames=(ONE, TWO, THREE)), endpoint))[1:3] == (Fate.DELIVERED, 3)
    assert [call.body for call in endpoint.calls] == [b"one", b"two", b"two", b"three"]
    assert endpoint.most_in_flight == 1


@pytest.mark.parametrize(("status", "fate"), [(410, Fate.GONE), (403, Fate.PERMANENT), (500, Fate.TRANSIENT)])
def test_a_failure_between_frames_says_how_many_are_settled(status: Status, fate: Fate) -> None:
    endpoint = FakeEndpoint(in_turn(200, status))

    outcome = only(run(to("a", frames=(ONE, TWO, THREE)), endpoint))

    assert (outcome.fate, outcome.settled, outcome.refused) == (fate, 1, ())
    assert outcome.delivery.frames[outcome.settled :] == (TWO, THREE)


def test_a_frame_too_large_is_left_out_and_the_following_ones_still_go() -> None:
    endpoint = FakeEndpoint(in_turn(200, 413, 200))

    outcome = only(run(to("a", frames=(ONE, TWO, THREE)), endpoint))

    assert outcome[1:] == (Fate.PERMANENT, 3, (1,), "413 refused")
    assert [call.body for call in endpoint.calls] == [b"one", b"two", b"three"]


def test_each_frame_has_its_own_retries() -> None:
    endpoint = FakeEndpoint(in_turn(429, 429, 200, 429, 429, 200))

    assert only(run(to("a", frames=(ONE, TWO)), endpoint)).fate is Fate.DELIVERED


def test_no_more_posts_are_in_flight_than_the_limit_allows() -> None:
    endpoint = FakeEndpoint()
    list(run(room_of(100), endpoint, limit=AdaptiveLimit(5)))

    assert endpoint.most_in_flight == 5


def test_congestion_lowers_the_limit_for_this_run_and_the_next() -> None:
    limit = AdaptiveLimit(16)
    list(run(room_of(16), FakeEndpoint(always(429)), limit=limit))
    lowered = limit.current
    calm = FakeEndpoint()
    list(run(room_of(3), calm, limit=limit))

    assert lowered < 8
    assert calm.most_in_flight <= lowered + 3


def test_deliveries_are_pulled_only_as_there_is_room_for_them() -> None:
    endpoint = FakeEndpoint()
    pulled = 0

    def source() -> Iterator[Delivery]:
        nonlocal pulled
        for delivery in room_of(100):
            pulled += 1
            yield delivery

    seen = 0
    for _ in run(source(), endpoint, limit=AdaptiveLimit(4)):
        seen += 1
        assert pulled <= seen + 4
    assert seen == 100


def test_an_empty_audience_needs_no_post() -> None:
    endpoint = FakeEndpoint()

    assert list(run([], endpoint)) == []
    assert endpoint.calls == []


def test_at_the_deadline_nothing_begins_and_what_was_never_begun_is_untouched() -> None:
    endpoint = FakeEndpoint()
    outcomes = list(run(room_of(50), endpoint, seconds=2.5 * LATENCY_SECONDS, limit=AdaptiveLimit(4)))

    fates = Counter(outcome.fate for outcome in outcomes)
    assert fates == {Fate.DELIVERED: 8, Fate.TRANSIENT: 4, Fate.UNTOUCHED: 38}
    untouched = {outcome[2:] for outcome in outcomes if outcome.fate is Fate.UNTOUCHED}
    assert untouched == {(0, (), OUT_OF_TIME)}


def test_after_the_deadline_everything_is_untouched() -> None:
    endpoint = FakeEndpoint()

    assert {outcome.fate for outcome in run(room_of(5), endpoint, seconds=0)} == {Fate.UNTOUCHED}
    assert endpoint.calls == []


def test_a_post_may_take_its_time_out_but_never_longer_than_what_is_left() -> None:
    endpoint = FakeEndpoint(always(None))
    started = endpoint.now
    list(run(to("a"), endpoint, seconds=POST_TIMEOUT_SECONDS + 1))

    assert endpoint.calls[0].timeout_seconds == POST_TIMEOUT_SECONDS
    assert endpoint.calls[1].timeout_seconds < 1
    assert endpoint.now <= started + POST_TIMEOUT_SECONDS + 1


def test_a_retry_that_would_come_after_the_deadline_is_left_to_settlement() -> None:
    endpoint = FakeEndpoint(always(429))

    outcome = only(run(to("a"), endpoint, seconds=LATENCY_SECONDS + RETRY_WAIT_SECONDS[0]))

    assert (outcome.fate, outcome.reason) == (Fate.TRANSIENT, "429 refused")
    assert len(endpoint.calls) == 1


def test_frames_left_at_the_deadline_are_transient_and_counted_from_the_first_unsettled() -> None:
    endpoint = FakeEndpoint()

    outcome = only(run(to("a", frames=(ONE, TWO, THREE)), endpoint, seconds=1.5 * LATENCY_SECONDS))

    assert outcome.fate is Fate.TRANSIENT
    assert outcome.settled == 1


class AudienceLost(Exception):
    pass


def test_an_error_of_the_source_comes_after_the_outcomes_of_all_that_was_pulled() -> None:
    endpoint = FakeEndpoint(by_connection({"1": in_turn(429, 200)}))

    def source() -> Iterator[Delivery]:
        yield from room_of(3)
        raise AudienceLost

    seen: list[Outcome] = []
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
        limit=AdaptiveLimit(4),
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
    deliveries = [Delivery(str(number), frames[:size]) for number, (size, _) in enumerate(members)]

    outcomes = list(run(deliveries, endpoint, seconds=seconds, limit=AdaptiveLimit(ceiling)))

    assert sorted(o.delivery.connection_id for o in outcomes) == sorted(scripts)
    assert endpoint.in_flight == 0
    assert endpoint.most_in_flight <= ceiling
    assert endpoint.now <= started + seconds + 1e-6
    assert all(call.at < started + seconds for call in endpoint.calls)
    for outcome in outcomes:
        history = answered[outcome.delivery.connection_id]
        bodies = [body for body, _ in history]
        assert bodies == sorted(bodies, key=lambda body: body or b"")  # never an earlier frame after a later
        assert (outcome.fate is Fate.UNTOUCHED) == (not history)
        if outcome.fate is Fate.DELIVERED:
            accepted = [body for body, status in history if status == 200]
            assert accepted == [frame.body for frame in outcome.delivery.frames]
