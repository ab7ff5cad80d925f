"""A run as a table in the terminal, as JSON and as a page with plots."""

import base64
import io
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
from jinja2 import Environment
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from tests.load.results import Results

mpl.use("svg")
Series = dict[str, list[float]]
SHORTEST_STEP_SECONDS = 0.5
TEMPLATE = Path(__file__).with_name("report.html.jinja")


def print_verdict(results: Results, console: Console) -> None:
    """The table of checks, the figures, and what is lost by name."""
    table = Table(title=f"{results.scenario_name}: {'passed' if results.passed else 'FAILED'}")
    for heading in ("check", "value", "at most", ""):
        table.add_column(heading, justify="left" if heading == "check" else "right")
    for check in results.checks:
        table.add_row(check.name, f"{check.value:g}", f"{check.limit:g}", "ok" if check.holds else "FAILED")
    console.print(table)
    console.print(
        f"{results.acknowledged} messages acknowledged, {results.received} of {results.expected} deliveries "
        f"(ratio {results.delivery_ratio:.6f}), {results.received_live} of them live, "
        f"{results.duplicates} duplicates and {results.out_of_order} out of order before the merge"
    )
    for member, room, message_id in results.missing[:20]:
        console.print(f"missing: {member} in {room} never got {message_id}")
    for message_id in results.lost[:20]:
        console.print(f"lost: {message_id}")


def write_report(results: Results, folder: Path) -> Path:
    """Write `results.json` and `report.html`; the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(results.model_dump_json(indent=1) + "\n", encoding="utf-8")
    template = Environment(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    page = folder / "report.html"
    began = datetime.fromtimestamp(results.started_at, UTC).strftime("%d %B %Y, %H:%M UTC")
    page.write_text(template.render(results=results, began=began, plots=_plots(results)), encoding="utf-8")
    return page


def _plots(results: Results) -> dict[str, str]:
    """Data URLs of images, by title."""
    samples = results.samples
    seconds = [sample.second for sample in samples]

    def rate(totals: list[int]) -> list[float]:
        rates = [0.0]
        for step, gained in zip(pairwise(seconds), pairwise(totals), strict=True):
            took = step[1] - step[0]
            # The last sample, taken when all has settled, may come right after the one before.
            rates.append((gained[1] - gained[0]) / took if took > SHORTEST_STEP_SECONDS else rates[-1])
        return rates

    series: dict[str, Series] = {
        "Deliveries a second": {"delivered": rate([sample.delivered for sample in samples])},
        "Messages a second": {
            "sent": rate([sample.sent for sample in samples]),
            "acknowledged": rate([sample.acknowledged for sample in samples]),
        },
        "Connections": {"open": [float(sample.connections) for sample in samples]},
        "Errors": {"so far": [float(sample.errors) for sample in samples]},
    }
    busy = [sample for sample in samples if sample.delivery_p99_ms]
    latencies: Series = {
        "p50": [sample.delivery_p50_ms for sample in busy],
        "p99": [sample.delivery_p99_ms for sample in busy],
    }
    ratios: Series = {
        "in the end": [100 * due.received / due.expected for due in results.due],
        "live": [100 * due.live / due.expected for due in results.due],
    }
    return {
        "Delivery latency, ms": _plot([sample.second for sample in busy], latencies),
        **{title: _plot(seconds, lines) for title, lines in series.items()},
        "Delivered, %, by the second of sending": _plot([float(due.second) for due in results.due], ratios),
    }


def _plot(seconds: list[float], lines: Series) -> str:
    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    axes = figure.subplots()
    for label, values in lines.items():
        axes.plot(seconds, values, label=label)
    axes.set_xlabel("seconds")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize="small")
    image = io.BytesIO()
    figure.savefig(image, format="svg")
    return "data:image/svg+xml;base64," + base64.b64encode(image.getvalue()).decode()
