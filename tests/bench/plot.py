"""Curves of a part's figures as SVG, for the parts where a curve says more than a table."""

from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure


class Curve(NamedTuple):
    """Figures named `<prefix>.<x>` or `<prefix>.<x>.<series>`, drawn over `x`."""

    prefix: str
    x_label: str
    y_label: str
    logarithmic: bool


CURVES = {
    "calls": Curve("aws_calls_per_message", "members of the room", "AWS calls per message", True),
    "price": Curve("usd_per_million_deliveries", "members of the room", "USD per million deliveries", True),
    "speedup": Curve("fanout_speedup", "workers", "speed-up", False),
    "coalescing": Curve("deliveries_per_post", "messages per second", "deliveries per post", True),
}


def plot(part: str, figures: dict[str, float], folder: Path) -> str | None:
    """Writes `<part>.svg`; its name, or None where a part has no curve."""
    if part not in CURVES:
        return None
    curve = CURVES[part]
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    for series, points in sorted(_series(curve.prefix, figures).items()):
        axes.plot(*zip(*sorted(points), strict=True), marker="o", label=series.replace("_", " "))
    if curve.logarithmic:
        axes.set_xscale("log")
        axes.set_yscale("log")
    axes.set(xlabel=curve.x_label, ylabel=curve.y_label)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    # Without these the same figures would give another file at each run.
    with mpl.rc_context({"svg.hashsalt": part}):
        figure.savefig(folder / f"{part}.svg", metadata={"Date": None})
    return f"{part}.svg"


def _series(prefix: str, figures: dict[str, float]) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for name, value in figures.items():
        if name.startswith(f"{prefix}."):
            x, _, series = name.removeprefix(f"{prefix}.").partition(".")
            found.setdefault(series or "ours", []).append((float(x), value))
    return found
