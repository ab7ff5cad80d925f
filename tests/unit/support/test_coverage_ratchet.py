"""Coverage by folder is held where it was, and thresholds only rise."""

import json
from pathlib import Path

import pytest

from infra.repository import ROOT
from tests.support.coverage_ratchet import (
    Count,
    below,
    by_folder,
    frontend_counts,
    lowered,
    python_counts,
    raised,
)


def test_a_file_counts_for_the_most_special_folder_that_it_lies_in() -> None:
    counts = {
        "infra/errors.py": Count(1, 2),
        "infra/edge/a.py": Count(3, 4),
        "infra/edge/b.py": Count(4, 4),
    }

    assert by_folder(counts, {"infra": 0, "infra/edge": 0}) == {"infra": 50.0, "infra/edge": 87.5}


def test_a_file_of_no_folder_is_named() -> None:
    with pytest.raises(LookupError, match=r"services/new/logic\.py"):
        by_folder({"services/new/logic.py": Count(1, 1)}, {"services/fanout": 0})


def test_a_folder_of_which_nothing_was_measured_is_named() -> None:
    with pytest.raises(LookupError, match="infra/edge"):
        by_folder({"infra/errors.py": Count(1, 1)}, {"infra": 0, "infra/edge": 0})


def test_less_than_the_threshold_is_a_fault() -> None:
    assert below({"shared": 89.9, "chatctl": 90.0}, {"shared": 90, "chatctl": 90}) == [
        "shared: 89.9 % covered, 90 % wanted"
    ]


def test_a_threshold_that_was_lowered_or_left_out_is_a_fault() -> None:
    faults = lowered({"shared": 89, "infra": 60}, {"shared": 90, "infra": 50, "chatctl": 80})

    assert [fault.partition(":")[0] for fault in faults] == ["shared", "chatctl"]


def test_thresholds_rise_to_the_whole_per_cent_and_never_fall() -> None:
    assert raised({"shared": 93.7, "infra": 49.0}, {"shared": 90, "infra": 50}) == {"shared": 93, "infra": 50}


def test_lines_and_branches_of_both_reports_are_counted(tmp_path: Path) -> None:
    python, frontend = tmp_path / "python.json", tmp_path / "summary.json"
    summary = {"covered_lines": 3, "covered_branches": 1, "num_statements": 4, "num_branches": 2}
    python.write_text(json.dumps({"files": {"shared/jobs.py": {"summary": summary}}}))
    counts = {"statements": {"covered": 5, "total": 6}, "branches": {"covered": 1, "total": 4}}
    frontend.write_text(json.dumps({"total": counts, str(ROOT / "frontend/src/main.ts"): counts}))

    assert python_counts(python) == {"shared/jobs.py": Count(4, 6)}
    assert frontend_counts(frontend) == {"frontend/src/main.ts": Count(6, 10)}
