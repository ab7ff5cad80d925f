"""Roles: the same for the same number in every process, rooms of the sizes that were asked for."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.roles import Role, Roles, room_of
from tests.load.scenario import Rooms, Scenario, load_scenario

HOSTILE = load_scenario("hostile")


def roles(scenario: Scenario, count: int) -> list[Role]:
    given = Roles(scenario, "run")
    return [given.role(number) for number in range(count)]


def with_behaviour(**changes: object) -> Scenario:
    return Scenario.model_validate(
        {**HOSTILE.model_dump(), "behaviour": {**HOSTILE.behaviour.model_dump(), **changes}}
    )


@given(workers=st.integers(1, 5))
def test_workers_that_share_the_numbers_give_the_same_roles(workers: int) -> None:
    processes = [Roles(HOSTILE, "run") for _ in range(workers)]
    assert [processes[number % workers].role(number) for number in range(60)] == roles(HOSTILE, 60)


def test_each_room_has_its_senders_and_they_share_the_rate() -> None:
    given = roles(HOSTILE, 100)
    senders = Counter(role.room for role in given if role.sends_every)
    assert set(senders.values()) == {HOSTILE.behaviour.senders}
    assert len(senders) == HOSTILE.rooms.count
    for room in senders:
        rate = sum(1 / role.sends_every for role in given if role.room == room and role.sends_every)
        assert rate == pytest.approx(HOSTILE.behaviour.messages_per_second)
        # They take turns instead of sending in one beat.
        assert len({role.offset for role in given if role.room == room and role.sends_every}) == senders[room]


@given(rooms=st.integers(1, 40), senders=st.integers(1, 5), rate=st.sampled_from([0.2, 1.0, 7.0]))
def test_what_all_rooms_send_is_spread_evenly_over_time(rooms: int, senders: int, rate: float) -> None:
    scenario = with_behaviour(messages_per_second=rate, senders=senders)
    scenario = scenario.model_copy(update={"rooms": Rooms(count=rooms)})

    due = sorted(role.offset for role in roles(scenario, rooms * senders))

    between = [later - earlier for earlier, later in pairwise(due)]
    assert between == pytest.approx([1 / (rate * rooms)] * (rooms * senders - 1))


def test_without_a_rate_nobody_sends() -> None:
    assert not any(role.sends_every for role in roles(with_behaviour(messages_per_second=0), 20))


@pytest.mark.parametrize("share", [0, 1])
def test_shares_of_none_and_all_are_none_and_all(share: int) -> None:
    assert {role.v1 for role in roles(with_behaviour(v1=share), 50)} == {bool(share)}


def test_a_share_is_about_that_share() -> None:
    v1 = sum(role.v1 for role in roles(with_behaviour(v1=0.2), 1000))
    assert 150 < v1 < 250


def test_senders_are_never_slow_readers() -> None:
    assert not any(role.slow and role.sends_every for role in roles(with_behaviour(slow_readers=1), 100))


def test_runs_do_not_share_rooms() -> None:
    assert Roles(HOSTILE, "a").role(0).room != Roles(HOSTILE, "b").role(0).room


def sizes(rooms: Rooms, members: int) -> list[int]:
    counted = Counter(room_of(number, rooms) for number in range(members))
    return [counted[room] for room in range(rooms.count)]


@pytest.mark.parametrize("spread", ["uniform", "zipf", "one-huge"])
def test_no_room_stays_empty(spread: str) -> None:
    assert min(sizes(Rooms(count=10, sizes=spread), 10)) == 1


def test_uniform_rooms_differ_by_one_at_most() -> None:
    found = sizes(Rooms(count=7, sizes="uniform"), 100)
    assert max(found) - min(found) <= 1


def test_one_huge_room_has_half_of_all() -> None:
    found = sizes(Rooms(count=5, sizes="one-huge"), 1000)
    assert found[0] == pytest.approx(500, abs=5)
    assert max(found[1:]) - min(found[1:]) <= 2


def test_zipf_gives_room_n_a_share_of_1_in_n() -> None:
    found = sizes(Rooms(count=10, sizes="zipf"), 20_000)
    assert found[0] / found[1] == pytest.approx(2, rel=0.1)
    assert found[0] / found[4] == pytest.approx(5, rel=0.15)


def test_one_room_takes_everybody() -> None:
    assert sizes(Rooms(count=1, sizes="one-huge"), 9) == [9]
