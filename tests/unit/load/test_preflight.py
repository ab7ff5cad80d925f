"""Before a swarm goes to AWS it must be affordable, allowed and agreed to; a budget ends it."""

from collections.abc import Callable

import pytest

from chatctl.estimate import Traffic
from tests.load.measures import Measures, Sample
from tests.load.preflight import NotAgreed, refuse_unaffordable
from tests.load.quotas import Quotas
from tests.load.scenario import load_scenario
from tests.load.spending import Budget, BudgetSpent, traffic_of


def one_dollar_a_delivery(traffic: Traffic) -> float:
    return traffic.deliveries


def agreed(_question: str) -> bool:
    return True


def refused(asked: list[str]) -> Callable[[str], bool]:
    def refuse(question: str) -> bool:
        asked.append(question)
        return False

    return refuse


def sample(second: float, delivered: int) -> Sample:
    measures = Measures()
    measures.counts["delivered"] = delivered
    return measures.sample(second, 10)


def test_traffic_is_that_of_all_stages() -> None:
    traffic = traffic_of(load_scenario("one-big-room"))
    # 20 s up to 1,000 connections, then 60 s of them; half a message a second to all of them.
    assert traffic.minutes == pytest.approx((20 * 500 + 60 * 1000) / 60)
    assert traffic.frames["send"] == pytest.approx(40)
    assert traffic.deliveries == pytest.approx(40_000)


def test_what_is_over_the_budget_is_refused_before_anybody_is_asked() -> None:
    asked: list[str] = []
    with pytest.raises(NotAgreed, match="budget"):
        refuse_unaffordable(
            load_scenario("smoke"),
            Quotas(),
            one_dollar_a_delivery,
            1.0,
            refused(asked),
        )
    assert asked == []


def test_the_cost_is_in_the_question() -> None:
    asked: list[str] = []
    with pytest.raises(NotAgreed, match="nobody agreed"):
        refuse_unaffordable(
            load_scenario("smoke"),
            Quotas(),
            lambda _: 1.5,
            2.0,
            refused(asked),
        )
    assert "1.50 USD" in asked[0]


def test_a_quota_that_is_too_small_is_named() -> None:
    with pytest.raises(NotAgreed, match="spike opens 180 connections a second, the quota is 100"):
        refuse_unaffordable(load_scenario("spike"), Quotas(new_connections=100), lambda _: 0, 1, agreed)
    with pytest.raises(NotAgreed, match="quota is 300"):
        refuse_unaffordable(load_scenario("one-big-room"), Quotas(requests=300), lambda _: 0, 1, agreed)
    # What a young account has.
    with pytest.raises(NotAgreed, match="needs 11 invocations at once, the quota is 10"):
        refuse_unaffordable(load_scenario("spike"), Quotas(concurrency=10), lambda _: 0, 1, agreed)


def test_a_run_ends_when_its_budget_is_spent() -> None:
    budget = Budget(one_dollar_a_delivery, 100.0)
    budget.check(sample(1, 99))
    with pytest.raises(BudgetSpent, match="after 2 s"):
        budget.check(sample(2, 101))
