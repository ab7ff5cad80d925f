"""The history of nightly runs: a line a run in a CSV file that every night takes over and adds to."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.load.results import Results
from tests.load.shares import cpu_ms_a_message

COLUMNS = (
    "began",
    "scenario",
    "verdict",
    "connections",
    "expected",
    "missing_or_lost",
    "delivery_p50_hops",
    "delivery_p99_hops",
    "cpu_ms_a_message",
    "version",
)
SHOWN = 14  # nights of a scenario

Line = dict[str, str]


def trend(kept: Path, runs: Iterable[Results], version: str) -> list[Line]:
    """Return the lines of earlier nights and these runs' own, oldest first; a run that is known is not added.

    Args:
        kept: the file of earlier nights, which need not be there.
        version: of the code that the runs were made with.
    """
    lines = _read(kept)
    known = {(line["began"], line["scenario"]) for line in lines}
    lines += [
        line
        for line in (_line(run, version) for run in runs)
        if (line["began"], line["scenario"]) not in known
    ]
    return sorted(lines, key=lambda line: (line["began"], line["scenario"]))


def as_csv(lines: Iterable[Line]) -> str:
    """Return the file's text."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def as_markdown(lines: list[Line]) -> str:
    """Return the last nights of each scenario as a table."""
    shown: list[Line] = []
    for scenario in sorted({line["scenario"] for line in lines}):
        shown += [line for line in lines if line["scenario"] == scenario][-SHOWN:]
    rows = [list(COLUMNS), ["---"] * len(COLUMNS)]
    rows += [[line[column].replace("|", "\\|") for column in COLUMNS] for line in shown]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _read(path: Path) -> list[Line]:
    """A line of an older form lacks columns, or has some that are no longer kept."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{column: line.get(column) or "" for column in COLUMNS} for line in csv.DictReader(file)]


def _line(run: Results, version: str) -> Line:
    idle = run.calibration.idle.delivery_ms
    return {
        "began": datetime.fromtimestamp(run.started_at, UTC).isoformat(timespec="seconds"),
        "scenario": run.scenario_name,
        "verdict": "passed" if run.passed else "failed",
        "connections": str(max((sample.connections for sample in run.samples), default=0)),
        "expected": str(run.expected),
        "missing_or_lost": str(run.expected - run.received + len(run.lost)),
        "delivery_p50_hops": f"{run.delivery.p50 / idle:.2f}",
        "delivery_p99_hops": f"{run.delivery.p99 / idle:.2f}",
        "cpu_ms_a_message": f"{sum(cpu_ms_a_message(run).values()):.1f}",
        "version": version,
    }
