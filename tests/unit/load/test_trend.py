"""What a nightly run keeps: nothing of earlier nights is lost, and no run is in it twice."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.load.results import Results
from tests.load.trend import COLUMNS, SHOWN, as_csv, as_markdown, trend
from tests.unit.load.test_results import GOOD, judged

texts = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]))


RUN = judged(GOOD)


def night(number: int, **changed: object) -> Results:
    return RUN.model_copy(update={"started_at": number * 86_400.0, **changed})


def test_a_night_is_added_to_those_before(tmp_path: Path) -> None:
    kept = tmp_path / "trend.csv"
    for number in range(3):
        kept.write_text(as_csv(trend(kept, [night(number)], "abc")))
    lines = trend(kept, [], "abc")
    assert [line["began"][:10] for line in lines] == ["1970-01-01", "1970-01-02", "1970-01-03"]
    assert [line["verdict"] for line in lines] == ["passed"] * 3


def test_a_repeated_run_of_the_workflow_adds_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "trend.csv"
    kept.write_text(as_csv(trend(kept, [night(1)], "abc")))
    assert len(trend(kept, [night(1), night(2)], "abc")) == 2


def test_a_loss_is_a_failed_night(tmp_path: Path) -> None:
    (line,) = trend(tmp_path / "none.csv", [night(1, received=GOOD.received - 1)], "abc")
    assert line["missing_or_lost"] == "1"


def test_a_file_of_an_older_form_is_taken_over(tmp_path: Path) -> None:
    kept = tmp_path / "trend.csv"
    kept.write_text("began,scenario,gone\n1970-01-01T00:00:00+00:00,smoke,1\n")
    (line,) = trend(kept, [], "abc")
    assert (line["scenario"], line["verdict"]) == ("smoke", "")
    assert set(line) == set(COLUMNS)


def test_the_table_shows_the_last_nights_alone(tmp_path: Path) -> None:
    lines = trend(tmp_path / "none.csv", [night(number) for number in range(SHOWN + 5)], "abc")
    assert len(as_markdown(lines).splitlines()) == 2 + SHOWN


@given(names=st.lists(texts, unique=True, max_size=3), version=texts)
def test_every_name_comes_back_as_it_was(names: list[str], version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "trend.csv")
        runs = [night(1, scenario_name=name) for name in names]
        kept.write_text(as_csv(trend(kept, runs, version)), encoding="utf-8")
        lines = trend(kept, runs, version)
    assert [(line["scenario"], line["version"]) for line in lines] == [
        (name, version) for name in sorted(names)
    ]
