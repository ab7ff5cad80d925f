"""The verdicts of several runs as one table in Markdown."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tests.load.results import Results

COLUMNS = {
    "Scenario": ":---",
    "Verdict": ":---",
    "Connections": "---:",
    "Seconds": "---:",
    "Messages": "---:",
    "Deliveries": "---:",
    "Live": "---:",
    "Missing or lost": "---:",
    "Duplicates": "---:",
    "Errors": "---:",
    "p50, ms": "---:",
    "p99, ms": "---:",
    "Connect p99, ms": "---:",
}


def verdicts_table(runs: Iterable[Results]) -> str:
    """A line for each run, what failed named under the table."""
    runs = sorted(runs, key=lambda run: run.started_at)
    rows = [list(COLUMNS), list(COLUMNS.values()), *map(_row, runs)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    notes = [
        f"- `{run.scenario_name}` failed: {check.name} {check.value:g}, at most {check.limit:g}"
        for run in runs
        for check in run.checks
        if not check.holds
    ]
    return "\n".join([*lines, "", *notes, *([""] if notes else [])])


def _row(run: Results) -> list[str]:
    began = datetime.fromtimestamp(run.started_at, UTC)
    return [
        f"`{run.scenario_name}`, {began:%d %b %H:%M}",
        "passed" if run.passed else "**failed**",
        f"{max((sample.connections for sample in run.samples), default=0):,}",
        f"{run.scenario.seconds:,.0f}",
        f"{run.acknowledged:,}",
        f"{run.received:,} of {run.expected:,}",
        f"{run.received_live / max(1, run.expected):.3%}",
        f"{run.expected - run.received + len(run.lost)}",
        f"{run.duplicates}",
        f"{run.counts.get('errors', 0)}",
        f"{run.delivery.p50:,.0f}",
        f"{run.delivery.p99:,.0f}",
        f"{run.connect.p99:,.0f}",
    ]
