"""The comparison as a page of docs/benchmarks with its plot."""

import os
import platform
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from pydantic import TypeAdapter, ValidationError

from tests.load.versus.contest import Row
from tests.load.versus.findings import findings

ROWS = Path("build/load/versus.json")
FOLDER = Path("docs/benchmarks")
NAME = "swarm-vs-reference"
COLOURS = {"ours": "tab:blue", "reference": "tab:orange", "prosody": "tab:green"}
_ROWS = TypeAdapter(list[Row])
ABOUT = Path(__file__).with_name("about.md")
COLUMNS = [
    "Faults", "Connections", "System", "Messages", "Live", "Merged", "Holes", "Torn",
    "p50, ms", "p99, ms", "Calls", "CPU, ms",
]  # fmt: skip


def keep_row(new: Row) -> list[Row]:
    """Return all rows known, the new one in place of an older one of the same run."""
    rows = {(row.connections, row.faults, row.side): row for row in [*_known(), new]}
    kept = [rows[key] for key in sorted(rows, key=lambda key: (key[1] != "none", key[1], key[0], key[2]))]
    ROWS.parent.mkdir(parents=True, exist_ok=True)
    ROWS.write_bytes(_ROWS.dump_json(kept, indent=1))
    return kept


def _known() -> list[Row]:
    """Rows that earlier code kept in another form are as old as that code, and are made anew."""
    try:
        return _ROWS.validate_json(ROWS.read_bytes())
    except (FileNotFoundError, ValidationError):
        return []


def write_page(rows: list[Row]) -> None:
    """Rewrite the page and its plot: what is compared, what these rows say, the rows."""
    lines = [
        ABOUT.read_text(encoding="utf-8"),
        "## What these rows say",
        "",
        *(f"- {finding}" for finding in findings(rows)),
        "",
        f"Made by `python -m tests.load.versus`, {_when(rows)}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "| --- | ---: | --- |" + " ---: |" * (len(COLUMNS) - 3),
        *map(_line, rows),
    ]
    lines += ["", f"![latency, holes and calls]({NAME}.svg)", ""]
    (FOLDER / f"{NAME}.md").write_text("\n".join(lines), encoding="utf-8")
    _plot(rows)


def _when(rows: list[Row]) -> str:
    """From the first run to the last: rows that were made again alone are newer than the others."""
    first, last = min(row.made for row in rows), max(row.made for row in rows)
    if first.date() == last.date():
        return f"{first:%d %B %Y, %H:%M} to {last:%H:%M} UTC"
    return f"{first:%d %B %Y, %H:%M} to {last:%d %B %Y, %H:%M} UTC"


def _line(row: Row) -> str:
    cells = [
        row.faults,
        f"{row.connections:,}",
        row.side,
        f"{row.messages}",
        f"{row.live:.3%}",
        f"{row.merged:.3%}",
        f"{row.holes:,}",
        f"{row.torn}",
        f"{row.p50:,.0f}",
        f"{row.p99:,.0f}",
        f"{row.calls_per_message:,.1f}" if row.calls else "-",
        f"{row.cpu_ms:,.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _plot(rows: list[Row]) -> None:
    figure = Figure(figsize=(11, 3.4), layout="constrained")
    latency, calls, holes = figure.subplots(1, 3)
    quiet = [row for row in rows if row.faults == "none"]
    _curves(latency, quiet, "no faults: p50 and p99 (dashed), ms", lambda row: row.p50)
    _curves(latency, quiet, "", lambda row: row.p99, "dashed")
    calling = [row for row in quiet if row.calls]
    _curves(calls, calling, "no faults: AWS calls for a message", lambda row: row.calls_per_message)
    refusing = [row for row in rows if row.faults == "connections"]
    _curves(holes, refusing, "connections refuse: missing in the end, %", lambda row: 100 * (1 - row.merged))
    for axes in (latency, calls):
        axes.set_yscale("log")
    # Without these the same figures would give another file at each run.
    with mpl.rc_context({"svg.hashsalt": NAME}):
        figure.savefig(FOLDER / f"{NAME}.svg", metadata={"Date": None})


def _curves(
    axes: Axes, rows: list[Row], title: str, value: Callable[[Row], float], style: str = "solid"
) -> None:
    for side in sorted({row.side for row in rows}):
        points = sorted((row.connections, value(row)) for row in rows if row.side == side)
        label = side if style == "solid" else None
        axes.plot(*zip(*points, strict=True), marker="o", label=label, color=COLOURS[side], linestyle=style)
    if not title:
        return
    axes.set(xlabel="connections", xscale="log")
    axes.set_title(title, fontsize="medium")
    sizes = sorted({row.connections for row in rows})
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(visible=True, alpha=0.3)
    if rows:
        axes.legend()
