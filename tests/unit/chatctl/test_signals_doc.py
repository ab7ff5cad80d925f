"""`docs/operations` against the code and the topology."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import get_args

from chatctl.commands.trace import TRACED_FUNCTIONS
from chatctl.setups import OWN_METRICS
from infra.repository import ROOT
from infra.topology.model import Topology
from shared.jobs import EventKind

SIGNALS = (ROOT / "docs/operations/signals.md").read_text(encoding="utf-8")
EVERY_LINE = {"level", "location", "message", "timestamp", "service"}
INSIGHTS_WORD = r"fields|filter|sort|asc|desc|limit|stats|count|pct|as|by|in|and|or|ispresent"
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
            yield from calls_in(path)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def metrics_in(path: Path) -> set[str]:
    """The metrics that a module writes."""
    return {
        str(call.args[0].value)
        for method, call in calls_in(path)
        if method in METERS and call.args and isinstance(call.args[0], ast.Constant)
    }


def modules_of(handler: Path) -> set[Path]:
    """The deployed modules that a handler is made of."""
    found, waiting = {handler}, [handler]
    while waiting:
        for node in ast.walk(tree_of(waiting.pop())):
            if isinstance(node, ast.ImportFrom) and node.module:
                path = ROOT / f"{node.module.replace('.', '/')}.py"
                if path.exists() and path not in found:
                    found.add(path)
                    waiting.append(path)
    return found


def test_every_metric_of_the_code_is_described_and_no_other() -> None:
    emitted = {
        name
        for folder in ("services", "shared")
        for path in (ROOT / folder).rglob("*.py")
        for name in metrics_in(path)
    }

    assert sorted(names(section("Metrics"))) == sorted(emitted)


def test_every_metric_is_described_with_the_services_that_write_it() -> None:
    services: dict[str, set[str]] = {}
    for handler in (ROOT / "services").glob("*/handlers/*.py"):
        for service in re.findall(r'observability\("(\w+)"\)', handler.read_text(encoding="utf-8")):
            for name in chain.from_iterable(map(metrics_in, modules_of(handler))):
                services.setdefault(name, set()).add(service)
    described = {row[0].strip("`"): set(row[2].split(", ")) for row in section("Metrics")}

    assert described == services


def test_the_estimate_pays_for_every_metric_that_stands() -> None:
    stand = {"kind": len(get_args(EventKind)), "code": 0, "reason": 0}
    streams = [
        len(services.split(", ")) * (1 + sum(stand[each] for each in re.findall(r"by `(\w+)`", unit)))
        for _, unit, services, _ in section("Metrics")
    ]

    assert sum(streams) == OWN_METRICS


def test_an_alarm_on_a_metric_watches_every_service_that_writes_it(topology: Topology) -> None:
    """One that is left out fails unseen. Sends, and what becomes of them, are of one service."""
    described = {row[0].strip("`"): set(row[2].split(", ")) for row in section("Metrics")}
    for name, alarm in topology.alarms.items():
        own = [each for each in (*alarm.metrics.values(), alarm.metric) if each and each.namespace is None]
        watched = {each.name: set[str | None]() for each in own}
        for each in own:
            watched[each.name].add(each.dimensions["service"].value)
        if name != "sends-unanswered":
            assert watched == {metric: described[metric] for metric in watched}, name


def test_every_log_field_of_the_code_is_described_and_no_other() -> None:
    logged = {keyword.arg for method, call in calls() if method in LOGGERS for keyword in call.keywords}

    assert sorted(names(section("Log fields"))) == sorted(field for field in logged if field)


def test_saved_queries_read_fields_that_lines_have() -> None:
    """Of a field that no line has Logs Insights shows an empty column, and finds nothing by it."""
    text = (ROOT / "infra/terraform/modules/observability/queries.tf").read_text(encoding="utf-8")
    queries = re.findall(r"<<-QUERY\n(.*?)QUERY", text, re.DOTALL)
    of_lambda = {"type", "record.metrics.initDurationMs"}
    known = {*names(section("Log fields")), *EVERY_LINE, *of_lambda}

    assert len(queries) == 4
    for query in queries:
        unquoted = re.sub(rf'"[^"]*"|\b({INSIGHTS_WORD})\b|@\w+', "", query)
        read = set(re.findall(r"[A-Za-z][\w.]*", unquoted))
        made = set(re.findall(r"\bas (\w+)", query))
        assert read - made <= known, query


def test_a_page_that_reads_what_lambda_tells_says_at_which_level_it_does() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        if "`cold-starts`" in (text := page.read_text(encoding="utf-8")):
            assert "`system_log_level` is `INFO`" in text, page


def test_a_trace_reads_every_function_that_names_a_message_in_its_lines(topology: Topology) -> None:
    """One that is left out hides why a message came late: the sweeper published it."""
    naming = {
        name
        for name, function in topology.functions.items()
        for path in modules_of(ROOT / f"{function.handler.removesuffix('.handler').replace('.', '/')}.py")
        if "messageId=" in path.read_text(encoding="utf-8")
    }

    assert set(TRACED_FUNCTIONS) == naming - {"canary"}, "the canary is a client, and names what it has sent"


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
