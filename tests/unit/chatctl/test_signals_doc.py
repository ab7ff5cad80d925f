"""`docs/operations` against the code and the topology."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from infra.topology.model import Topology

ROOT = Path(__file__).resolve().parents[3]
SIGNALS = (ROOT / "docs/operations/signals.md").read_text(encoding="utf-8")
METERS = {"count", "milliseconds", "count_by"}
LOGGERS = {"went_well", "info", "warning", "error", "append_keys"}


def section(title: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    text = SIGNALS.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def names(cells: list[list[str]]) -> list[str]:
    return [name for row in cells for name in re.findall(r"`([^`]+)`", row[0])]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a method in deployed code, with the method's name."""
    for folder in ("services", "shared"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    yield node.func.attr, node


def test_every_metric_of_the_code_is_described_and_no_other() -> None:
    emitted = {
        str(call.args[0].value)
        for method, call in calls()
        if method in METERS and call.args and isinstance(call.args[0], ast.Constant)
    }

    assert sorted(names(section("Metrics"))) == sorted(emitted)


def test_every_log_field_of_the_code_is_described_and_no_other() -> None:
    logged = {keyword.arg for method, call in calls() if method in LOGGERS for keyword in call.keywords}

    assert sorted(names(section("Log fields"))) == sorted(field for field in logged if field)


def test_every_alarm_is_described_with_its_severity_and_threshold(topology: Topology) -> None:
    described = {names([row])[0]: row for row in section("Alarms")}

    assert sorted(described) == sorted(topology.alarms)
    for name, alarm in topology.alarms.items():
        _, severity, condition, *_ = described[name]
        assert severity == alarm.severity
        assert re.search(rf"[<>] {alarm.threshold:g}\b", condition), name


def test_every_metric_of_our_own_that_an_alarm_watches_is_one_the_code_writes(topology: Topology) -> None:
    watched = {
        metric.name
        for alarm in topology.alarms.values()
        for metric in (*alarm.metrics.values(), *([alarm.metric] if alarm.metric else []))
        if metric.namespace is None
    }

    assert watched <= set(names(section("Metrics")))
