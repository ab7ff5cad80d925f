"""A run as JUnit XML, a test case a check, as CI services show it."""

import xml.etree.ElementTree as ET
from pathlib import Path

from tests.load.compare import Change
from tests.load.results import Results


def write_junit(results: Results, path: Path, worse: list[Change] | None = None) -> None:
    """Write the checks of a run, and what became worse since another as failures of their own."""
    worse = worse or []
    failures = sum(not check.holds for check in results.checks) + len(worse)
    suite = ET.Element(
        "testsuite",
        name=f"swarm.{results.scenario_name}",
        tests=str(len(results.checks) + len(worse)),
        failures=str(failures),
        errors="0",
        time=f"{results.scenario.seconds:.1f}",
    )
    for check in results.checks:
        said = None if check.holds else f"{check.value:g}, at most {check.limit:g}"
        _case(suite, results, check.name, said)
    for change in worse:
        _case(suite, results, f"no regression: {change.name}", f"{change.before:g} → {change.after:g}")
    ET.indent(suite)
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _case(suite: ET.Element, results: Results, name: str, failure: str | None) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"swarm.{results.scenario_name}", name=name)
    if failure is not None:
        ET.SubElement(case, "failure", message=failure)
