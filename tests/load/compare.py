"""Two runs side by side."""

from rich.table import Table

from tests.load.results import Results


def comparison(before: Results, after: Results) -> Table:
    """A row for each figure of both runs, with the change."""
    table = Table(title=f"{before.scenario_name} → {after.scenario_name}")
    for heading in ("figure", "before", "after", "change"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    old, new = figures(before), figures(after)
    for name, value in old.items():
        change = f"{(new[name] - value) / value:+.1%}" if value else "-"
        table.add_row(name, f"{value:g}", f"{new[name]:g}", change)
    return table


def figures(results: Results) -> dict[str, float]:
    """What is compared, by name; times in ms."""
    times = {
        f"{name} {percentile}, ms": float(getattr(spread, percentile))
        for name, spread in (
            ("connect", results.connect),
            ("acknowledgement", results.acknowledgement),
            ("delivery", results.delivery),
        )
        for percentile in ("p50", "p99", "p999")
    }
    return {
        "acknowledged": results.acknowledged,
        "delivery ratio": results.delivery_ratio,
        "lost": len(results.lost),
        "missing": len(results.missing),
        "duplicates": results.duplicates,
        "errors": results.counts.get("errors", 0),
        **times,
    }
