"""A run as a table in the terminal, as JSON, as JUnit XML and as a page with plots."""

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment
from rich.console import Console
from rich.table import Table

from tests.load.compare import changes
from tests.load.junit import write_junit
from tests.load.measures import Sample
from tests.load.noticed import noticed
from tests.load.plots import plots_of
from tests.load.results import Results
from tests.load.shares import bottleneck, cpu_ms_a_message, cpu_seconds

TEMPLATE = Path(__file__).with_name("report.html.jinja")


def progress_line(sample: Sample) -> str:
    """Return what a run prints once a second."""
    return (
        f"{sample.second:7.1f} s  {sample.connections:5} connections  {sample.sent:6} sent  "
        f"{sample.acknowledged:6} acknowledged  {sample.delivered:8} delivered  {sample.errors:4} errors  "
        f"p50 {sample.delivery_p50_ms:6.0f} ms  p99 {sample.delivery_p99_ms:6.0f} ms\n"
    )


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
    for row in noticed(results):
        console.print(f"{row.fault}: {row.words}")
    for member, room, message_id in results.missing[:20]:
        console.print(f"missing: {member} in {room} never got {message_id}")
    for message_id in results.lost[:20]:
        console.print(f"lost: {message_id}")


def write_report(results: Results, folder: Path, before: Results | None = None) -> Path:
    """Write `results.json`, `junit.xml` and `report.html`; return the path of the page.

    Args:
        before: an earlier run that this one is compared with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(results.model_dump_json(indent=1) + "\n", encoding="utf-8")
    compared = changes(before, results) if before else []
    write_junit(results, folder / "junit.xml", [change for change in compared if change.worse])
    template = Environment(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    page = folder / "report.html"
    page.write_text(
        template.render(
            results=results,
            began=_moment(results),
            plots=plots_of(results),
            compared=compared,
            compared_with=_moment(before) if before else "",
            cpu=cpu_ms_a_message(results),
            seconds=cpu_seconds(results),
            bottleneck=bottleneck(results),
            noticed=noticed(results),
        ),
        encoding="utf-8",
    )
    return page


def _moment(results: Results) -> str:
    return datetime.fromtimestamp(results.started_at, UTC).strftime("%d %B %Y, %H:%M UTC")
