"""The comparison as a page of docs/benchmarks with its plot."""

import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from pydantic import TypeAdapter

from tests.load.versus.contest import Row

ROWS = Path("build/load/versus.json")
FOLDER = Path("docs/benchmarks")
NAME = "swarm-vs-reference"
COLOURS = {"ours": "tab:blue", "reference": "tab:orange"}
_ROWS = TypeAdapter(list[Row])
ABOUT = Path(__file__).with_name("about.md")
COLUMNS = [
    "Faults", "Connections", "System", "Messages", "Live", "Merged", "Holes", "Torn",
    "p50, ms", "p99, ms", "Calls",
]  # fmt: skip


def keep_row(new: Row) -> list[Row]:
    """All rows known, the new one in place of an older one of the same run."""
    known = _ROWS.validate_json(ROWS.read_bytes()) if ROWS.exists() else []
    rows = {(row.connections, row.faults, row.side): row for row in [*known, new]}
    kept = [rows[key] for key in sorted(rows, key=lambda key: (key[1] != "none", key[1], key[0], key[2]))]
    ROWS.parent.mkdir(parents=True, exist_ok=True)
    ROWS.write_bytes(_ROWS.dump_json(kept, indent=1))
    return kept


def write_page(rows: list[Row]) -> None:
    """Rewrites the page and its plot."""
    made = f"{datetime.now(UTC):%d %B %Y}, Python {platform.python_version()}, {os.cpu_count()} cores"
    lines = [
        ABOUT.read_text(encoding="utf-8"),
        f"Made by `python -m tests.load.versus`: {made}.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "| --- | ---: | --- |" + " ---: |" * (len(COLUMNS) - 3),
        *map(_line, rows),
    ]
    lines += ["", f"![latency, holes and calls]({NAME}.svg)", ""]
    (FOLDER / f"{NAME}.md").write_text("\n".join(lines), encoding="utf-8")
    _plot(rows)


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
        f"{row.calls_per_message:,.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _plot(rows: list[Row]) -> None:
    figure = Figure(figsize=(11, 3.4), layout="constrained")
    latency, calls, holes = figure.subplots(1, 3)
    quiet = [row for row in rows if row.faults == "none"]
    _curves(latency, quiet, "no faults: p50 and p99 (dashed), ms", lambda row: row.p50)
    _curves(latency, quiet, "", lambda row: row.p99, "dashed")
    _curves(calls, quiet, "no faults: AWS calls for a message", lambda row: row.calls_per_message)
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
