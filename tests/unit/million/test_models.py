"""The models keep AWS's contracts: quotas, gone connections, rows."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.callback import Frame
from shared.protocol.refusals import RateLimited
from tests.million.assumptions import assumptions
from tests.million.data import Aws, load_aws
from tests.million.gateway import GONE, OK, TOO_MANY, Api
from tests.million.meters import Lags, Meters
from tests.million.population import Population, zipf_sizes
from tests.million.table import Table
from tests.simulation.scheduler import Scheduler

PUBLISHED_BY_NOBODY = {"post", "publish", "queue_call", "topic_to_queue", "query_page", "invoke"}
FRAME = Frame.of(b'{"type": "newMessage", "data": {"createdAt": 0}}')


@pytest.fixture
def aws() -> Aws:
    return load_aws()


def test_every_figure_says_where_it_is_from_or_that_it_is_assumed() -> None:
    figures = assumptions()
    assert all(each.source for each in figures)
    assert {each.name for each in figures if each.is_assumed} >= PUBLISHED_BY_NOBODY


@given(rate=st.floats(100, 50_000), others=st.floats(0, 20_000))
def test_no_time_admits_more_than_the_quota_and_its_burst(rate: float, others: float) -> None:
    aws = load_aws().with_quotas(api_requests_per_second=1_000, api_request_burst=200)
    scheduler = Scheduler()
    api = Api(scheduler, aws, Population([10]), Meters(), random.Random(1))
    api.others = others
    admitted = 0
    for _ in range(500):
        scheduler.now += 1 / rate
        admitted += api.admit()
    assert admitted <= 200 + 1_000 * scheduler.now + 1


def test_a_post_to_a_connection_of_an_earlier_generation_is_gone(aws: Aws) -> None:
    population = Population([3])
    api = Api(Scheduler(), aws, population, Meters(), random.Random(1))
    assert api.post("1.1", FRAME) == OK
    population.drop(1)
    assert api.post("1.1", FRAME) == GONE
    assert population.reconnect(1) == "1.2"
    assert (api.post("1.1", FRAME), api.post("1.2", FRAME)) == (GONE, OK)


def test_what_is_over_the_quota_is_throttled(aws: Aws) -> None:
    small = aws.with_quotas(api_requests_per_second=10, api_request_burst=5)
    api = Api(Scheduler(), small, Population([3]), Meters(), random.Random(1))
    assert [api.post("1.1", FRAME) for _ in range(6)] == [OK] * 5 + [TOO_MANY]


def test_an_index_key_gives_its_read_units_a_second_and_no_more(aws: Aws) -> None:
    small = aws.with_quotas(index_key_read_units_per_second=100)
    scheduler, meters = Scheduler(), Meters()
    table = Table(scheduler, small, Population([3_000]), meters, random.Random(1))
    answers: list[str] = []

    def read() -> None:
        try:
            answers.append(f"{len(table.members('0', 0).members)}")
        except RateLimited:
            answers.append("throttled")

    for _ in range(3):  # 66 units each
        scheduler.spawn(read)
    scheduler.run()
    assert sorted(answers) == ["3000", "throttled", "throttled"]


def test_a_lost_disconnect_leaves_a_row_until_it_is_removed() -> None:
    population = Population([2, 2])
    population.drop(2)
    population.put_row(population.reconnect(2))
    assert population.rows_of(1) == ["2.2", "3.1", "2.1"]
    assert population.remove_row("2.1")
    assert not population.remove_row("2.1")
    assert population.rows_of(1) == ["2.2", "3.1"]


@given(connections=st.integers(1_000, 50_000), rooms=st.integers(1, 500), exponent=st.floats(0.1, 1.2))
def test_rooms_by_zipf_hold_everybody(connections: int, rooms: int, exponent: float) -> None:
    sizes = zipf_sizes(connections, rooms, exponent)
    assert sum(sizes) == connections
    assert len(sizes) == rooms
    assert min(sizes[1:], default=1) >= 1


def test_fewer_are_connected_at_night() -> None:
    population = Population(zipf_sizes(10_000, 100, 0.8))
    population.keep_open(0.3, np.random.default_rng(1))
    assert population.open.mean() == pytest.approx(0.3, abs=0.02)
    assert sum(len(population.rows_of(room)) for room in range(population.rooms)) == population.open.sum()


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=200))
def test_percentiles_are_right_to_a_bin(seconds: list[float]) -> None:
    lags = Lags()
    for each in seconds:
        lags.add(each)
    ordered = sorted(seconds)
    for percent in (1, 50, 99, 100):
        exact = ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
        assert lags.percentile(percent) == pytest.approx(exact, rel=0.025)
