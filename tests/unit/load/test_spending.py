"""A swarm costs what `chatctl estimate` says of the same traffic, and more of anything never costs less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatctl.estimate import talking, usd_a_month
from chatctl.estimate import traffic_of as traffic_of_crowd
from chatctl.setups import PROD, Crowd
from chatctl.usage import read_prices
from tests.load.measures import Measures, Sample
from tests.load.scenario import load_scenario
from tests.load.spending import estimated, traffic_of, traffic_so_far


def sample(second: float, connections: int, delivered: int) -> Sample:
    measures = Measures()
    measures.counts["delivered"] = delivered
    measures.counts["sent"] = delivered // 9
    return measures.sample(second, connections)


def test_a_steady_run_costs_cents() -> None:
    assert 0.01 < estimated(read_prices())(traffic_of(load_scenario("steady"))) < 1


def test_traffic_of_a_month_costs_what_estimate_says_of_it() -> None:
    crowd, prices = Crowd(10_000, 8, 50, 20), read_prices()
    free = {name: price.model_copy(update={"free_a_month": 0}) for name, price in prices.prices.items()}
    month = usd_a_month(talking(crowd, PROD), prices.model_copy(update={"prices": free}))
    kept = ("gb_month", "custom_metric", "cloudfront", "cognito")
    carried = sum(usd for name, usd in month.items() if not any(each in name for each in kept))
    assert abs(estimated(prices)(traffic_of_crowd(crowd, PROD)) - carried) < 1e-6


@given(steps=st.lists(st.tuples(st.floats(0.1, 10), st.integers(0, 500), st.integers(0, 1_000)), min_size=2))
def test_a_run_never_becomes_cheaper_while_it_lasts(steps: list[tuple[float, int, int]]) -> None:
    price, second, delivered, samples = estimated(read_prices()), 0.0, 0, []
    spent = 0.0
    for seconds, connections, more in steps:
        second, delivered = second + seconds, delivered + more
        samples.append(sample(second, connections, delivered))
        now = price(traffic_so_far(samples))
        assert now >= spent - 1e-12
        spent = now


def test_those_who_come_back_are_charged_as_new_connections() -> None:
    came = traffic_so_far([sample(1, 100, 0), sample(2, 20, 0), sample(3, 100, 0)])
    assert came.connects == 180
    assert came.minutes == pytest.approx((100 + 20 + 100) / 60)
