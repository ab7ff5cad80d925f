"""The page of the verdicts: of one stack, with what failed, what did not end, and what users noticed."""

from dataclasses import replace

import pytest

from tests.load.calibration import Capacity
from tests.load.results import Results
from tests.load.scenario import load_scenario
from tests.load.verdicts_page import SeveralStacks, verdicts_page
from tests.unit.load.test_results import GOOD, judged

MACHINE = "Python 3.11, 2 cores"


def run(name: str = "smoke", **changed: object) -> Results:
    return judged(GOOD).model_copy(update={"scenario_name": name, **changed})


def test_the_page_has_all_runs_in_their_order_and_names_those_without_one() -> None:
    page = verdicts_page([run("spike", started_at=60.0), run()], ["smoke", "spike", "soak"], MACHINE)
    assert page.startswith("# How each scenario ended")
    assert 0 < page.index("| `smoke`, 01 Jan 00:00 | passed |") < page.index("| `spike`, 01 Jan 00:01 |")
    assert "Without a run that came to its end: `soak`." in page
    assert f"UTC, {MACHINE}." in page


def test_runs_of_several_stacks_are_no_page() -> None:
    with pytest.raises(SeveralStacks, match="not of 2"):
        verdicts_page([run(), run(target="ws://127.0.0.1:9/local")], [], MACHINE)
    with pytest.raises(SeveralStacks, match="no run"):
        verdicts_page([], [], MACHINE)


def test_the_place_is_told_as_it_was_measured() -> None:
    measured = judged(GOOD).calibration.model_copy(update={"capacity": Capacity(handshakes=13, messages=35)})
    page = verdicts_page([run(calibration=measured)], [], MACHINE)
    assert "| `smoke` | 13 | 35 |" in page
    assert "| `smoke` | - | - |" in verdicts_page([run()], [], MACHINE)


def test_a_failed_run_says_why() -> None:
    lost = judged(replace(GOOD, lost=("m1",)))
    assert "- `smoke` failed: lost from history 1, at most 0" in verdicts_page([lost], [], MACHINE)


def test_each_fault_has_its_row() -> None:
    faulty = load_scenario("faults-posts")
    page = verdicts_page([run("faults-posts", scenario=faulty)], [], MACHINE)
    faults = {stage.fault for stage in faulty.stages if stage.fault}
    assert all(f"| `faults-posts` | {fault} |" in page for fault in faults)
    assert "noticed" not in verdicts_page([run()], [], MACHINE)
