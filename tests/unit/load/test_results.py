"""The verdict: which accounts pass and which fail, and that reports can be read back."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.load.accounting import Accounts, Missing
from tests.load.calibration import Calibration, IdleTimes
from tests.load.measures import Measures
from tests.load.report import write_report
from tests.load.results import Results, UnreadableResults, read_results, results_of
from tests.load.scenario import load_scenario
from tests.load.verdicts import verdicts_table

CALIBRATION = Calibration(idle=IdleTimes(connect_ms=20, acknowledgement_ms=30, delivery_ms=50))
GOOD = Accounts(
    acknowledged=10,
    expected=20,
    received=20,
    received_live=20,
    duplicates=0,
    duplicated=(),
    out_of_order=0,
    out_of_order_after_merge=0,
    stored_twice=0,
    foreign=0,
    missing=(),
    lost=(),
)


def judged(accounts: Accounts, measures: Measures | None = None) -> Results:
    return results_of(
        name="smoke",
        scenario=load_scenario("smoke"),
        calibration=CALIBRATION,
        target="ws://127.0.0.1/local",
        measures=measures or measured(0.01),
        accounts=accounts,
        started_at=0,
    )


def measured(seconds: float) -> Measures:
    measures = Measures()
    measures.counts.update(sent=10, handshakes=10)
    for _ in range(20):
        measures.delivered(seconds)
    measures.sample(1, 5)
    measures.sample(2, 5)
    measures.sample(2, 5)  # when all has settled
    return measures


def test_a_clean_run_passes() -> None:
    assert judged(GOOD).passed


@pytest.mark.parametrize(
    "fault",
    [
        {"acknowledged": 0},
        {"lost": ("m1",)},
        {"missing": (Missing("member-1", "r", "m1"),)},
        {"stored_twice": 1},
        {"out_of_order_after_merge": 1},
        {"foreign": 1},
        {"duplicates": 15, "duplicated": (15,)},
    ],
)
def test_any_broken_promise_fails_the_run(fault: dict[str, object]) -> None:
    assert not judged(replace(GOOD, **fault)).passed  # type: ignore[arg-type]  # each fault fits its field


def test_copies_of_a_message_that_was_sent_again_are_no_fault() -> None:
    measures = measured(0.01)
    measures.counts["repeated"] = 1
    assert judged(replace(GOOD, duplicates=9, duplicated=(9,)), measures).passed
    assert not judged(replace(GOOD, duplicates=18, duplicated=(9, 9)), measures).passed


def test_slow_delivery_fails_the_run() -> None:
    failed = [check.name for check in judged(GOOD, measured(10)).checks if not check.holds]
    assert failed == ["delivery p50, ms", "delivery p99, ms"]


def test_a_bad_frame_without_an_answer_fails_the_run() -> None:
    measures = measured(0.01)
    measures.counts.update(bad_frames=3, bad_frames_answered=2)
    assert not judged(GOOD, measures).passed


def test_reports_name_what_is_lost_and_can_be_read_back(tmp_path: Path) -> None:
    results = judged(replace(GOOD, lost=("m-lost",), missing=(Missing("member-1", "r", "m-hole"),)))
    page = write_report(results, tmp_path).read_text()
    assert read_results(tmp_path / "results.json") == results
    assert "m-lost" in page
    assert "member-1 in r never got m-hole" in page
    assert page.count("data:image/svg+xml") == 6


def test_a_table_of_verdicts_says_which_run_failed_and_why() -> None:
    good, bad = judged(GOOD), judged(replace(GOOD, received=19, missing=(Missing("member-1", "r", "m1"),)))
    lines = verdicts_table([good, bad]).splitlines()
    assert [line.split("|")[2].strip() for line in lines[2:4]] == ["passed", "**failed**"]
    assert "`smoke` failed: missing in a member's view 1, at most 0" in lines[-1]


def test_a_file_that_is_no_result_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"acknowledged": 1}')
    with pytest.raises(UnreadableResults) as refused:
        read_results(tmp_path / "r.json")
    assert "\n" not in str(refused.value)
