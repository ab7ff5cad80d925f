"""The model of cost: it counts what is billed, grows with use, and meets its goals."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatctl.alternatives import pushing_usd
from chatctl.cost_page import busy_usd, canary_usd, connected_usd, page
from chatctl.estimate import EVENT_ROOM_LIMIT, standing, talking, together, total_usd, usd_a_month
from chatctl.setups import BEFORE, DEV, PROD, Crowd
from chatctl.usage import Prices, read_prices
from infra.topology.model import Topology

COST_PAGE = Path(__file__).resolve().parents[3] / "docs" / "cost.md"


@pytest.fixture(scope="session")
def prices() -> Prices:
    return read_prices()


def test_the_page_is_what_the_command_makes(topology: Topology, prices: Prices) -> None:
    told = COST_PAGE.read_text(encoding="utf-8")

    assert told == page(topology, prices), "make it anew: chatctl estimate --page docs/cost.md"


def test_an_idle_development_environment_costs_less_than_25_usd(topology: Topology, prices: Prices) -> None:
    assert sum(usd_a_month(standing(topology, DEV), prices).values()) <= 25


def test_a_million_deliveries_cost_30_cents_beyond_their_posts(prices: Prices) -> None:
    posts, rest = busy_usd(PROD, prices)

    assert posts == pytest.approx(1.0)
    assert rest <= 0.30


def test_a_user_who_is_connected_all_day_costs_4_cents_beyond_connection_minutes(prices: Prices) -> None:
    now = connected_usd(PROD, prices)

    assert sum(now.values()) - now["connection minutes"] <= 0.04


def test_everything_that_is_used_has_a_price_with_a_source(topology: Topology, prices: Prices) -> None:
    used = together(standing(topology, PROD), talking(Crowd(10, 1, 1, 2), BEFORE["prod"]))

    assert used.keys() <= prices.prices.keys()
    assert all(price.source.startswith("https://") for price in prices.prices.values())


@given(
    users=st.integers(1, 100_000),
    hours=st.floats(0, 24),
    messages=st.floats(0, 1_000),
    room=st.integers(1, 1_000).filter(lambda room: room != EVENT_ROOM_LIMIT),  # beyond it no events are told
)
def test_more_of_anything_never_costs_less(users: int, hours: float, messages: float, room: int) -> None:
    prices, crowd = read_prices(), Crowd(users, hours, messages, room)
    more = [
        replace(crowd, users=users + 1),
        replace(crowd, hours_a_day=min(24, hours + 1)),
        replace(crowd, messages_a_day=messages + 1),
        replace(crowd, room=room + 1),
    ]

    def cost(of: Crowd) -> float:
        return sum(usd_a_month(talking(of, PROD), prices).values())

    assert all(cost(other) >= cost(crowd) - 1e-9 for other in more)


def test_a_lever_that_is_pulled_lowers_the_bill(topology: Topology, prices: Prices) -> None:
    crowd = Crowd(10_000, 4, 20, 20)
    bill = total_usd(crowd, PROD, topology, prices)

    for dearer in (
        replace(PROD, cognito="plus"),
        replace(PROD, checks=True),
        replace(PROD, tells_replacements=True),
        replace(PROD, log_one_in=1),
        replace(PROD, platform_lines=True),
        replace(PROD, all_traced=True),
        replace(PROD, posts_through_nat=True),
        replace(PROD, dashboard_lines=74),
    ):
        assert total_usd(crowd, dearer, topology, prices) > bill


def test_the_canary_costs_less_than_two_dollars_and_only_where_it_runs(
    topology: Topology, prices: Prices
) -> None:
    with_canary, without = (
        sum(usd_a_month(standing(topology, setup), prices).values())
        for setup in (PROD, replace(PROD, canary=False))
    )

    assert 0 < with_canary - without <= canary_usd(topology, prices) <= 2


def test_a_fleet_costs_the_same_at_night(prices: Prices) -> None:
    quiet, busy = (pushing_usd(Crowd(100, 0.1, messages, 20), PROD, prices) for messages in (0, 1))

    assert quiet["Centrifugo on Fargate"] == pytest.approx(busy["Centrifugo on Fargate"], rel=0.01)
    assert quiet["this system"] < 1
