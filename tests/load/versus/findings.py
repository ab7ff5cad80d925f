"""What the comparison's rows say in words, so that no sentence outlives the figures it was about. Pure."""

from collections.abc import Callable, Iterable

from tests.load.versus.contest import Faults, Row

WORDS: dict[Faults, str] = {
    "none": "without faults",
    "posts": "while posts fail",
    "connections": "while connections refuse",
}


def findings(rows: list[Row]) -> list[str]:
    """Return a sentence in Markdown for each thing that the rows tell."""
    found = [_lost(rows)]
    found += [_missing(faults, rows) for faults in WORDS if any(row.faults == faults for row in rows)]
    quiet = [row for row in rows if row.faults == "none"]
    if quiet:
        found += [
            _ordered("p50", quiet, lambda row: row.p50),
            _ordered("p99", quiet, lambda row: row.p99),
            _ordered("CPU for a message", quiet, lambda row: row.cpu_ms),
        ]
    if calling := [row for row in quiet if row.calls]:
        found.append(_calls(calling))
    return found


def _lost(rows: list[Row]) -> str:
    lost = [f"{row.side} {row.lost} ({_place(row)})" for row in rows if row.lost]
    return f"**Messages that history lost**: {_listed(lost) if lost else 'none, of any system'}."


def _missing(faults: Faults, rows: list[Row]) -> str:
    sides = []
    for side in sorted({row.side for row in rows if row.faults == faults}):
        own = [row for row in rows if (row.side, row.faults) == (side, faults)]
        sides.append(f"{side} {sum(row.holes for row in own):,} of {sum(row.expected for row in own):,}")
    return f"**Never seen {WORDS[faults]}**, pairs of member and message: {_listed(sides)}."


def _ordered(what: str, rows: list[Row], value: Callable[[Row], float]) -> str:
    sizes = []
    for size in sorted({row.connections for row in rows}):
        ordered = sorted((value(row), row.side) for row in rows if row.connections == size)
        sides = ", ".join(f"{side} {figure:,.0f} ms" for figure, side in ordered)
        sizes.append(f"{size:,} members: {sides}")
    return f"**{what} without faults, the least first**. {'; '.join(sizes)}."


def _calls(rows: list[Row]) -> str:
    smallest, largest = min(row.connections for row in rows), max(row.connections for row in rows)
    sizes = []
    for size in sorted({smallest, largest}):
        sides = (f"{row.side} {row.calls_per_message:,.0f}" for row in rows if row.connections == size)
        sizes.append(f"{_listed(sides)} with {size:,} members")
    return f"**AWS calls for a message**: {', '.join(sizes)}."


def _place(row: Row) -> str:
    return f"{row.connections:,} members, {WORDS[row.faults]}"


def _listed(parts: Iterable[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last
