"""The comparison's rows and page: the same scenario for both sides, every figure where it belongs."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.load.measures import Measures
from tests.load.report import progress_line
from tests.load.versus import page
from tests.load.versus.contest import MESSAGES_PER_SECOND, Row, row_of, scenario_of
from tests.load.versus.page import keep_row, write_page
from tests.load.versus.process import second_of
from tests.load.versus.programme import NoSuchSize, programme
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
    calls = Counter(PostToConnection=posts, PutItem=10)
    return row_of(side.name, connections, "none", judged(GOOD), calls=calls, cpu_seconds=0.42)


@pytest.mark.parametrize("connections", MESSAGES_PER_SECOND)
def test_both_sides_run_the_same_scenario_but_for_the_protocol(connections: int) -> None:
    ours, reference = (
        scenario_of(side.name, connections, v1=side.v1).model_dump() for side in (OURS, REFERENCE)
    )
    assert (ours["behaviour"].pop("v1"), reference["behaviour"].pop("v1")) == (0, 1)
    assert ours.pop("description") != reference.pop("description")
    assert ours == reference


def test_messages_of_a_run_fit_into_a_page_of_the_references_history() -> None:
    for connections, rate in MESSAGES_PER_SECOND.items():
        scenario = scenario_of("reference", connections, v1=True)
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


def test_a_peer_has_rows_without_aws_calls(folder: Path) -> None:
    peer = row_of("prosody", 10, "none", judged(GOOD), calls=Counter(), cpu_seconds=0.02)
    write_page([row(OURS), peer])
    text = (folder / "swarm-vs-reference.md").read_text()
    assert "| none | 10 | prosody | 10 | 100.000% | 100.000% | 0 | 0 |" in text
    assert "| - | 2.0 |" in text


def test_the_page_says_from_when_to_when_its_rows_are(folder: Path) -> None:
    earlier, later = (
        row(OURS).model_copy(update={"made": datetime(2026, 11, day, hour, 5, tzinfo=UTC)})
        for day, hour in ((26, 9), (27, 18))
    )
    written = folder / "swarm-vs-reference.md"
    write_page([earlier, later])
    assert "26 November 2026, 09:05 to 27 November 2026, 18:05 UTC" in written.read_text()
    write_page([later])
    assert "27 November 2026, 18:05 to 18:05 UTC" in written.read_text()


def test_rows_of_another_form_are_made_anew(folder: Path) -> None:
    (folder / "rows.json").write_text('[{"side": "ours", "connections": 10}]')
    assert keep_row(row(REFERENCE)) == [row(REFERENCE)]


@pytest.mark.parametrize(
    ("line", "second"),
    [
        (progress_line(Measures().sample(12.3, 5)), 12.3),
        ("a warning of something", None),
        ("", None),
    ],
)
def test_a_line_of_progress_tells_its_second(line: str, second: float | None) -> None:
    assert second_of(line) == second


def test_a_thousand_have_faults_only_if_asked() -> None:
    unasked = list(programme([], None))
    assert unasked[0] == (10, "none")
    assert {faults for size, faults in unasked if size == 1000} == {"none"}
    assert {faults for size, faults in unasked if size == 300} == {"none", "posts", "connections"}
    assert list(programme([1000], "posts")) == [(1000, "posts")]


def test_a_size_that_is_asked_for_twice_runs_once() -> None:
    assert list(programme([100, 10, 100], "none")) == [(10, "none"), (100, "none")]


def test_there_are_runs_of_the_shipped_sizes_alone() -> None:
    with pytest.raises(NoSuchSize, match="no size 11"):
        list(programme([10, 11], None))
