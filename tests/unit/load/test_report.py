"""Reports: a page that opens offline, JUnit for CI, and a bottleneck with a name."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

from tests.load.report import write_report
from tests.load.shares import bottleneck, cpu_ms_a_message
from tests.unit.load.test_compare import cores, latency, run
from tests.unit.load.test_results import GOOD, judged


def suite_in(folder: Path) -> ET.Element:
    return ET.parse(folder / "junit.xml").getroot()  # noqa: S314 - written by the test itself


def test_a_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    page = write_report(run(samples=cores(0.5)), tmp_path).read_text()
    assert re.findall(r'(?:src|href)="(?!data:)[^"]*"', page) == []
    assert "Cores in use, by process" in page


def test_what_used_most_cpu_is_named_and_other_programs_are_not() -> None:
    results = run(samples=cores(0.5), acknowledged=100)
    assert bottleneck(results) == "emulator"
    assert cpu_ms_a_message(results) == {"emulator": 50.0}
    assert bottleneck(run(samples=())) is None


def test_junit_has_a_case_for_each_check_and_names_what_failed(tmp_path: Path) -> None:
    results = judged(replace(GOOD, foreign=2))
    write_report(results, tmp_path)
    suite = suite_in(tmp_path)
    assert (suite.get("tests"), suite.get("failures")) == (str(len(results.checks)), "1")
    (failed,) = suite.iterfind("testcase[failure]")
    assert failed.get("name") == "delivered to another room"


def test_a_regression_is_on_the_page_and_fails_in_junit(tmp_path: Path) -> None:
    before, after = run(delivery=latency(60, 200)), run(delivery=latency(600, 700))
    page = write_report(after, tmp_path, before).read_text()
    assert "<td>worse</td>" in page
    suite = suite_in(tmp_path)
    assert [case.get("name") for case in suite.iterfind("testcase[failure]")] == [
        "no regression: delivery p50, idle hops",
        "no regression: delivery p99, idle hops",
    ]


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    page = write_report(run(lost=("<script>alert(1)</script>",)), tmp_path).read_text()
    assert "<script>" not in page
