"""The simulation's page: tables and plots in one file that opens offline, and the same as Markdown."""

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment

from tests.million.assumptions import assumptions
from tests.million.bill import Bound, bounds, day_of, usd_of
from tests.million.day import Outcome
from tests.million.meters import Lags
from tests.million.playback import Played
from tests.million.plots import PERCENTILES, figure_of, plots_of

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A million connections in virtual time</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; } td, th { padding: .2rem .8rem; text-align: right; }
  td, th { border-bottom: 1px solid #ccc; }
  td:first-child, th:first-child { text-align: left; } .over { color: #b00020; font-weight: bold; }
  figure { margin: 0; } img { width: 100%; } .wide { overflow-x: auto; }
</style>
<h1>A million connections in virtual time</h1>
{% for table in tables %}
<h2>{{ table.title }}</h2>
<div class="wide"><table>
  <tr>{% for cell in table.head %}<th>{{ cell }}</th>{% endfor %}</tr>
  {% for row in table.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
  {% endfor %}
</table></div>
{% endfor %}
{% for title, image in plots.items() %}
<figure><figcaption>{{ title }}</figcaption><img src="{{ image }}" alt="{{ title }}"></figure>
{% endfor %}
</html>
"""
HOURS = 24


class Table:
    """A titled table of text."""

    def __init__(self, title: str, head: list[str], rows: list[list[str]]) -> None:
        self.title = title
        self.head = head
        self.rows = rows

    def markdown(self) -> str:
        """Return it in Markdown."""
        lines = [f"## {self.title}", "", _line(self.head), _line(["---", *["---:"] * (len(self.head) - 1)])]
        return "\n".join([*lines, *map(_line, self.rows), ""])


def tables_of(outcomes: list[Outcome], played: dict[str, Played], prices: dict[str, float]) -> list[Table]:
    """Return lags, what binds, what clients lack, the cost of a day, and what all that is made of."""
    nearest = {outcome.stretch: bounds(outcome) for outcome in outcomes}
    hours = [outcome for outcome in outcomes if outcome.stretch.endswith(":00")]
    day = day_of(hours)
    return [
        Table(
            "Lag from the send to the arrival at each member, seconds",
            [
                "Stretch",
                "Connections",
                "Messages",
                "Deliveries",
                *[f"p{each:g}" for each in PERCENTILES],
                "p99 but in the largest room",
            ],
            [_lag_row(outcome.stretch, [outcome]) for outcome in outcomes]
            + ([_lag_row("the day's hours", hours)] if hours else []),
        ),
        Table(
            "What binds first: the peak second's share of each limit",
            ["Stretch", "First", "Second", "Third"],
            [[name, *map(_bound, (found + [None] * 3)[:3])] for name, found in nearest.items()],
        ),
        Table(
            "What was tried again, and what clients lack in the end",
            [
                "Stretch",
                "Throttled posts",
                "Residual jobs",
                "Returned",
                "Dead letters",
                "Closed",
                "Clients played",
                "Messages",
                "From history",
                "Holes",
            ],
            [_fate_row(outcome, played[outcome.stretch]) for outcome in outcomes],
        ),
        Table(
            "A day, USD" if len(hours) == HOURS else f"{len(hours)} of the day's hours, USD",
            ["What", "Units", "USD"],
            [
                [name, f"{amount:,.0f}", f"{usd_of({name: amount}, prices):,.2f}"]
                for name, amount in sorted(day.items(), key=lambda pair: -usd_of({pair[0]: pair[1]}, prices))
            ]
            + [["all", "", f"{usd_of(day, prices):,.2f}"]],
        ),
        Table(
            "What the model is made of: medians and 99th percentiles of latencies, quotas, sizes",
            ["Name", "Figure", "Kind", "Source"],
            [
                [
                    each.name,
                    each.figure,
                    "assumed" if each.is_assumed else "has a source",
                    each.source,
                ]
                for each in assumptions()
            ],
        ),
    ]


def write_page(tables: list[Table], outcomes: list[Outcome], folder: Path) -> Path:
    """Write `simulation.html` and `simulation.md`; return the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "simulation.html"
    text = Environment(autoescape=True).from_string(PAGE).render(tables=tables, plots=plots_of(outcomes))
    page.write_text(text, encoding="utf-8")
    figure_of(outcomes).savefig(folder / "simulation.svg", metadata={"Date": None})
    cpu = sum(outcome.cpu_seconds for outcome in outcomes)
    day = f"{datetime.now(UTC):%d %B %Y}"
    made = f"Made by `make simulate`: {day}, {len(outcomes)} stretches, {cpu:.0f} s of CPU."
    markdown = [f"# The simulated day in figures\n\n{made}\n\n![lags](simulation.svg)\n"]
    markdown += [table.markdown() for table in tables]
    (folder / "simulation.md").write_text("\n".join(markdown), encoding="utf-8")
    return page


def _lag_row(name: str, outcomes: list[Outcome]) -> list[str]:
    lags, elsewhere = Lags(), Lags()
    for outcome in outcomes:
        lags.merge(outcome.meters.lags)
        elsewhere.merge(outcome.meters.lags_elsewhere)
    counts = [outcome.meters.counts for outcome in outcomes]
    return [
        name,
        f"{max(each['connections'] for each in counts):,}",
        f"{sum(each['messages'] for each in counts):,}",
        f"{sum(each['deliveries'] for each in counts):,}",
        *[f"{lags.percentile(each):.3f}" for each in PERCENTILES],
        f"{elsewhere.percentile(99):.3f}",
    ]


def _bound(bound: Bound | None) -> str:
    return "" if bound is None else f"{bound.quota} {bound.share:.0%} of {bound.limit:,.0f}"


def _fate_row(outcome: Outcome, played: Played) -> list[str]:
    counts = outcome.meters.counts
    return [
        outcome.stretch,
        *(f"{counts[each]:,}" for each in ("posts throttled", "residual jobs", "records returned")),
        f"{counts['dead letters']:,}",
        f"{counts['connections closed']:,}",
        *(f"{each:,}" for each in (played.clients, played.messages, played.recovered, played.holes)),
    ]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
