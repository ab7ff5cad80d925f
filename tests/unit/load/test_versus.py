"""The comparison's rows and page: the same scenario for both sides, every figure where it belongs."""

from collections import Counter
from pathlib import Path

import pytest

from tests.load.versus import page
from tests.load.versus.contest import MESSAGES_PER_SECOND, Row, row_of, scenario_of
from tests.load.versus.page import keep_row, write_page
from tests.load.versus.side import Side
from tests.unit.load.test_results import GOOD, judged

OURS = Side("ours", "ws://127.0.0.1:1/", "http://127.0.0.1:1", v1=False, functions=(), connections_table="c")
REFERENCE = Side(
    "reference", "ws://127.0.0.1:2/", "http://127.0.0.1:2", v1=True, functions=(), connections_table="d"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(page, "ROWS", tmp_path / "rows.json")
    monkeypatch.setattr(page, "FOLDER", tmp_path)
    return tmp_path


def row(side: Side, connections: int = 10, posts: int = 90) -> Row:
    return row_of(side, connections, "none", judged(GOOD), Counter(PostToConnection=posts, PutItem=10))


@pytest.mark.parametrize("connections", MESSAGES_PER_SECOND)
def test_both_sides_run_the_same_scenario_but_for_the_protocol(connections: int) -> None:
    ours, reference = (scenario_of(side, connections).model_dump() for side in (OURS, REFERENCE))
    assert (ours["behaviour"].pop("v1"), reference["behaviour"].pop("v1")) == (0, 1)
    assert ours.pop("description") != reference.pop("description")
    assert ours == reference


def test_messages_of_a_run_fit_into_a_page_of_the_references_history() -> None:
    for connections, rate in MESSAGES_PER_SECOND.items():
        scenario = scenario_of(REFERENCE, connections)
        assert rate * (scenario.seconds - scenario.seconds_of("gather")) < 100


def test_calls_are_told_for_one_message() -> None:
    assert row(OURS).calls == {"PostToConnection": 9, "PutItem": 1}
    assert row(OURS).calls_per_message == 10


def test_a_run_again_takes_the_place_of_the_one_before(folder: Path) -> None:
    keep_row(row(OURS))
    keep_row(row(REFERENCE))
    rows = keep_row(row(OURS, posts=190))
    assert [(each.side, each.calls_per_message) for each in rows] == [("ours", 20), ("reference", 10)]


def test_the_page_has_a_line_for_each_row_and_a_plot(folder: Path) -> None:
    write_page([row(OURS), row(REFERENCE), row(OURS, 1000), row(REFERENCE, 1000)])
    text = (folder / "swarm-vs-reference.md").read_text()
    assert text.count("| none |") == 4
    assert "| none | 1,000 | reference | 10 | 100.000% | 100.000% | 0 | 0 |" in text
    assert (folder / "swarm-vs-reference.svg").read_text().startswith("<?xml")
