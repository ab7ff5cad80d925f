"""A run over time, as images that a page can hold."""

import base64
import io
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.load.results import Results
from tests.load.shares import cpu_seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Series = dict[str, list[float]]
SHORTEST_STEP_SECONDS = 0.5
LARGEST_PARTS = 8  # of the stack; the rest would be lines without a width


def plots_of(results: Results) -> dict[str, str]:
    """Return data URLs of images, by title."""
    seconds = [sample.second for sample in results.samples]
    busy = [sample for sample in results.samples if sample.delivery_p99_ms]
    latencies: Series = {
        "p50": [sample.delivery_p50_ms for sample in busy],
        "p99": [sample.delivery_p99_ms for sample in busy],
    }
    ratios: Series = {
        "in the end": [100 * due.received / due.expected for due in results.due],
        "live": [100 * due.live / due.expected for due in results.due],
    }
    plots = {
        "Delivery latency, ms": _lines([sample.second for sample in busy], latencies),
        **{title: _lines(seconds, lines) for title, lines in _rates(results, seconds).items()},
        "Delivered, %, by the second of sending": _lines([float(due.second) for due in results.due], ratios),
    }
    if parts := list(cpu_seconds(results))[:LARGEST_PARTS]:
        cores = {name: [sample.cores.get(name, 0.0) for sample in results.samples] for name in parts}
        plots["Cores in use, by process"] = _stacked(seconds, cores)
    return plots


def _rates(results: Results, seconds: list[float]) -> dict[str, Series]:
    samples = results.samples

    def rate(totals: list[int]) -> list[float]:
        rates = [0.0]
        for step, gained in zip(pairwise(seconds), pairwise(totals), strict=True):
            took = step[1] - step[0]
            # The last sample, taken when all has settled, may come right after the one before.
            rates.append((gained[1] - gained[0]) / took if took > SHORTEST_STEP_SECONDS else rates[-1])
        return rates

    return {
        "Deliveries a second": {"delivered": rate([sample.delivered for sample in samples])},
        "Messages a second": {
            "sent": rate([sample.sent for sample in samples]),
            "acknowledged": rate([sample.acknowledged for sample in samples]),
        },
        "Connections": {"open": [float(sample.connections) for sample in samples]},
        "Errors": {"so far": [float(sample.errors) for sample in samples]},
    }


def _lines(seconds: list[float], lines: Series) -> str:
    def draw(axes: "Axes") -> None:
        for label, values in lines.items():
            axes.plot(seconds, values, label=label)

    return _image(draw)


def _stacked(seconds: list[float], parts: Series) -> str:
    return _image(lambda axes: axes.stackplot(seconds, *parts.values(), labels=list(parts)))


def _image(draw: "Callable[[Axes], object]") -> str:
    from matplotlib.figure import Figure  # takes a second to load: only where a page is written

    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    axes = figure.subplots()
    draw(axes)
    axes.set_xlabel("seconds")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize="small")
    image = io.BytesIO()
    figure.savefig(image, format="svg")
    return "data:image/svg+xml;base64," + base64.b64encode(image.getvalue()).decode()
