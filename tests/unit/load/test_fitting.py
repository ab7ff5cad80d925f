"""Sizes fit the place: no stage asks for more than half of what was measured, and nothing grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.calibration import CALIBRATION_ROOM, Capacity
from tests.load.fitting import COST_OF_A_MEMBER, HEADROOM, demands, fit, fitted
from tests.load.scenario import Behaviour, Rooms, Scenario, Stage, Thresholds, load_scenario, names

ANY = Thresholds(delivery_p50=1, delivery_p99=1, acknowledgement_p99=1, connect_p99=1, duplicates=0, errors=0)
# Seconds of a short form of three hours, and of ten and 30 faults, after which it takes a minute to rest.
LONGER = {"soak": 630, "faults-posts": 190, "faults-calls": 240}
LAPTOP = Capacity(handshakes=25, messages=40)


def scenario(*stages: Stage, rooms: int = 1, **behaviour: float) -> Scenario:
    return Scenario(
        description="d",
        stages=stages,
        rooms=Rooms(count=rooms),
        behaviour=Behaviour.model_validate({"messages_per_second": 0, **behaviour}),
        thresholds=ANY,
    )


def test_a_ramp_asks_for_its_handshakes() -> None:
    ramp = scenario(Stage(name="ramp", seconds=10, connections=500))
    found = fit(ramp, Capacity(handshakes=50, messages=1))
    assert (found.utilisation, found.scale, found.bound_by) == (1, HEADROOM, "ramp")


def test_rooms_of_the_measured_size_ask_for_the_measured_messages() -> None:
    held = scenario(
        Stage(name="gather", seconds=1000, connections=100),
        Stage(name="hold", seconds=10, connections=100),
        rooms=100 // CALIBRATION_ROOM,
        messages_per_second=4,
    )
    found = fit(held, Capacity(handshakes=1e9, messages=40))
    assert found.utilisation == pytest.approx(1)
    assert found.bound_by == "hold"


def test_a_member_more_costs_a_share_of_a_message() -> None:
    def asked(connections: int) -> float:
        held = scenario(Stage(name="hold", seconds=1, connections=connections), messages_per_second=1)
        return demands(held)[0].utilisation(Capacity(handshakes=1e9, messages=1))

    per_message = 1 + CALIBRATION_ROOM * COST_OF_A_MEMBER
    assert asked(200) - asked(199) == pytest.approx(COST_OF_A_MEMBER / per_message, rel=1e-3)


def test_nobody_sends_while_they_gather_or_drain() -> None:
    both = scenario(
        Stage(name="gather", seconds=1, connections=10),
        Stage(name="drain", seconds=1, connections=0),
        messages_per_second=5,
        reconnects_per_minute=60,
    )
    assert [(each.messages, each.deliveries) for each in demands(both)] == [(0, 0), (0, 0)]


def test_those_who_were_cut_off_are_back_within_a_quarter_of_the_stage() -> None:
    storm = scenario(
        Stage(name="gather", seconds=1000, connections=250),
        Stage(name="storm", seconds=20, connections=250, drop=1),
    )
    scale = fit(storm, LAPTOP).scale
    assert 250 * scale / LAPTOP.handshakes == pytest.approx(20 / 4, rel=0.01)


def test_a_scenario_that_asks_for_nothing_keeps_its_size() -> None:
    assert fit(scenario(Stage(name="hold", seconds=1, connections=0)), LAPTOP).scale == 1


@pytest.mark.parametrize("name", names())
def test_every_shipped_scenario_fits_a_laptop_and_takes_three_minutes(name: str) -> None:
    whole = load_scenario(name)
    small = fitted(whole, fit(whole, LAPTOP).scale)
    assert small.most_connections >= 20
    assert small.seconds + small.settle_seconds <= LONGER.get(name, 170)
    assert small.thresholds == whole.thresholds


@given(
    name=st.sampled_from(names()),
    handshakes=st.floats(1, 1e4),
    messages=st.floats(1, 1e4),
)
def test_a_place_that_carries_more_gets_no_less_and_none_gets_more_than_was_asked(
    name: str, handshakes: float, messages: float
) -> None:
    whole = load_scenario(name)
    found = fit(whole, Capacity(handshakes=handshakes, messages=messages))
    twice = fit(whole, Capacity(handshakes=2 * handshakes, messages=2 * messages))
    assert 0 < found.scale <= twice.scale <= 1
    # A room with two members is the smallest there is.
    assert fitted(whole, found.scale).most_connections <= max(whole.most_connections, 2)
