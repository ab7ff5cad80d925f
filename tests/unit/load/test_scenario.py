"""Scenario files: those that come with the project load, wrong ones say what is wrong in one line."""

from pathlib import Path

import pytest

from tests.load.scenario import InvalidScenario, load_scenario, names

GOOD = """
description: d
stages: [{ name: ramp, seconds: 10, connections: 100 }, { name: drain, seconds: 5, connections: 0 }]
thresholds:
  { delivery_p50: 1, delivery_p99: 1, acknowledgement_p99: 1, connect_p99: 1,
    duplicates: 0, errors: 0 }
"""


def test_the_promised_scenarios_are_there() -> None:
    assert set(names()) == {
        "smoke", "steady", "one-big-room", "many-small-rooms", "reconnect-storm", "spike", "soak", "hostile",
        "faults-posts", "faults-calls",
    }  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_a_scenario_loads_and_scales(name: str) -> None:
    scenario = load_scenario(name)
    small = scenario.scaled(0.1)
    assert small.most_connections <= scenario.most_connections
    assert small.thresholds == scenario.thresholds


def test_a_ramp_is_a_straight_line(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(GOOD)
    scenario = load_scenario(str(path))
    assert [scenario.connections_at(second) for second in (0, 5, 10, 12.5, 15, 99)] == [0, 50, 100, 50, 0, 0]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("seconds: 10", "seconds: 0", "stages.0.seconds"),
        ("connections: 100", "connections: many", "stages.0.connections"),
        ("connections: 100", "connections: 50000", "API Gateway takes 500"),
        (
            "seconds: 10, connections: 100 }",
            "seconds: 10, connections: 1000 }, { name: storm, seconds: 5, connections: 1000, drop: 0.6 }",
            "cuts 600 connections",
        ),
        ("errors: 0 }", "errors: 2 }", "thresholds.errors"),
        ("description: d", "descripton: d", "description"),
        ("stages: [", "stages: [[", "not YAML"),
        (GOOD, "", "scenario"),
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InvalidScenario) as refused:
        load_scenario(str(path))
    assert fault in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unknown_name_lists_those_that_exist() -> None:
    with pytest.raises(InvalidScenario, match="smoke"):
        load_scenario("nonsense")


def test_a_scale_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidScenario, match="--scale"):
        load_scenario("smoke").scaled(0)


def test_a_length_is_that_of_the_whole_by_its_longest_stage() -> None:
    soak = load_scenario("soak")
    assert soak.lasting(180).seconds == 180
    assert [stage.connections for stage in soak.lasting(180).stages] == [
        stage.connections for stage in soak.stages
    ]


def test_a_length_that_leaves_nothing_for_the_longest_stage_is_refused() -> None:
    with pytest.raises(InvalidScenario, match="--minutes"):
        load_scenario("soak").lasting(59)
