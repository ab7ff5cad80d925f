"""A small day: nobody misses anything, troubles show as what they are, a seed gives the same figures."""

from pathlib import Path

import pytest

from tests.million.bill import bounds, day_of, usd_of
from tests.million.data import load_prices
from tests.million.day import RAISED, Outcome, Stretch, simulate
from tests.million.page import tables_of, write_page
from tests.million.playback import play_back
from tests.million.world import Talk, World

LIVELY = Talk(every_seconds=60, most_a_second=1.0)


def small(stretch: Stretch) -> Outcome:
    return simulate(stretch, connections=1_000, rooms=50, talk=LIVELY)


@pytest.fixture(scope="module")
def quiet() -> Outcome:
    return small(Stretch("20:00", 20, 10.0, RAISED))


def test_every_message_comes_to_everybody_of_its_room_but_its_sender() -> None:
    counts = simulate(
        Stretch("20:00", 20, 10.0, RAISED), connections=1_000, rooms=1, talk=LIVELY
    ).meters.counts
    assert counts["messages"] > 0
    assert counts["deliveries"] == counts["messages"] * 999


def test_the_same_seed_gives_the_same_figures(quiet: Outcome) -> None:
    again = small(Stretch("20:00", 20, 10.0, RAISED))
    assert again.meters.counts == quiet.meters.counts
    assert again.meters.lags == quiet.meters.lags


def test_the_real_client_has_everything_in_the_end(quiet: Outcome) -> None:
    played = play_back(quiet.played)
    assert played.clients > 0
    assert played.messages > 0
    assert played.holes == 0


def test_clients_that_were_cut_off_read_what_they_missed_from_history() -> None:
    def cut(world: World) -> None:
        world.scheduler.spawn_at(3.0, world.cut, list(world.watched))

    outcome = small(Stretch("cut", 20, 10.0, RAISED, cut))
    assert outcome.meters.counts["reconnections"] == len(outcome.played["clients"])  # type: ignore[arg-type]  # a list
    played = play_back(outcome.played)
    assert played.recovered > 0
    assert played.holes == 0


def test_rooms_hear_of_those_who_come_back_only_where_presence_is_told() -> None:
    def cut(world: World) -> None:
        world.scheduler.spawn_at(3.0, world.cut, list(world.watched))

    told, untold = (
        small(Stretch("cut", 20, 10.0, RAISED, cut, presence_is_told=is_told)).meters.counts
        for is_told in (True, False)
    )
    assert told["presence posts"] > 0
    assert untold["presence posts"] == 0
    assert told["reconnections"] == untold["reconnections"]


def test_a_quota_that_is_too_small_binds_and_delays_but_loses_nothing(quiet: Outcome) -> None:
    tight = small(
        Stretch("tight", 20, 4.0, {"api_requests_per_second": 100.0, "api_request_burst": 50.0}, None, 300.0)
    )
    assert bounds(tight)[0].quota == "api_requests_per_second"
    assert bounds(tight)[0].share > 1
    assert tight.meters.counts["posts throttled"] > 0
    assert tight.meters.lags.percentile(50) > 5 * quiet.meters.lags.percentile(50)
    assert play_back(tight.played).holes == 0


def test_an_hour_of_twice_the_stretch_costs_the_same(quiet: Outcome) -> None:
    prices = load_prices()
    twice = small(Stretch("20:00", 20, 20.0, RAISED))
    assert usd_of(day_of([twice]), prices) == pytest.approx(usd_of(day_of([quiet]), prices), rel=0.15)


def test_a_trouble_alone_has_tables_too() -> None:
    storm = small(Stretch("storm", 20, 2.0, RAISED))
    tables = tables_of([storm], {"storm": play_back(storm.played)}, load_prices())
    assert [row[0] for row in tables[0].rows] == ["storm"]
    assert "0 of the day's hours, USD" in [table.title for table in tables]


def test_the_page_opens_offline_and_names_what_binds(quiet: Outcome, tmp_path: Path) -> None:
    tables = tables_of([quiet], {quiet.stretch: play_back(quiet.played)}, load_prices())
    page = write_page(tables, [quiet], tmp_path).read_text()
    assert "What binds first" in page
    assert (tmp_path / "simulation.svg").read_text().count("<path") > 10
    assert 'src="http' not in page
