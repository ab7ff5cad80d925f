"""Two runs side by side, and whether the later one is worse. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.table import Table

from tests.load.results import Results
from tests.load.shares import cpu_ms_a_message

# Two runs of the same code on a machine that others use too differed by that much: a median of 110 to 172 ms,
# CPU of 21 to 25 ms a message (docs/load-testing.md).
NOISE_OF_LATENCY = 1.5
NOISE_OF_CPU = 1.25
NOISE_OF_SHARES = 0.01
# A difference shorter than an idle hop is no news, whatever its ratio.
NOISE_IN_IDLE_HOPS = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of both runs; `worse` if it is beyond what two runs of the same code differ by."""

    name: str
    before: float
    after: float
    worse: bool = False

    @property
    def ratio(self) -> float | None:
        """How much it changed, 0 being not at all; None where there was nothing before."""
        return (self.after - self.before) / self.before if self.before else None


def changes(before: Results, after: Results) -> list[Change]:
    """Return every figure of both runs.

    Latencies count as multiples of the idle hop of their own run, so that another machine is no regression.
    """
    return [
        *_promises(before, after),
        *_shares(before, after),
        *_latencies(before, after),
        *_cpu(before, after),
    ]


def regressions(before: Results, after: Results) -> list[Change]:
    """Return the figures that became worse."""
    return [change for change in changes(before, after) if change.worse]


def comparison(before: Results, after: Results) -> Table:
    """Return a row for each figure of both runs, with the change."""
    table = Table(title=f"{before.scenario_name} → {after.scenario_name}")
    for heading in ("figure", "before", "after", "change", ""):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for change in changes(before, after):
        ratio = "-" if change.ratio is None else f"{change.ratio:+.1%}"
        worse = "WORSE" if change.worse else ""
        table.add_row(change.name, f"{change.before:g}", f"{change.after:g}", ratio, worse)
    return table


def _promises(before: Results, after: Results) -> list[Change]:
    counts: dict[str, Callable[[Results], int]] = {
        "lost": lambda run: len(run.lost),
        "missing": lambda run: len(run.missing),
        "failed checks": lambda run: sum(not check.holds for check in run.checks),
    }
    return [
        Change(name, count(before), count(after), worse=count(after) > count(before))
        for name, count in counts.items()
    ]


def _shares(before: Results, after: Results) -> list[Change]:
    shares: dict[str, Callable[[Results], float]] = {
        "delivered live, share": lambda run: run.received_live / max(1, run.expected),
        "duplicates, share": lambda run: run.duplicates / max(1, run.received),
        "errors, share": lambda run: run.counts.get("errors", 0) / max(1, run.acknowledged),
    }
    found = []
    for name, share in shares.items():
        was, now = round(share(before), 6), round(share(after), 6)
        drop = was - now if name.startswith("delivered") else now - was
        found.append(Change(name, was, now, worse=drop > NOISE_OF_SHARES))
    return found


def _latencies(before: Results, after: Results) -> list[Change]:
    found = []
    for step in ("connect", "acknowledgement", "delivery"):
        for percentile in ("p50", "p99"):
            was, now = (
                getattr(getattr(run, step), percentile) / getattr(run.calibration.idle, f"{step}_ms")
                for run in (before, after)
            )
            slower = now > was * NOISE_OF_LATENCY and now - was > NOISE_IN_IDLE_HOPS
            name = f"{step} {percentile}, idle hops"
            found.append(Change(name, round(was, 2), round(now, 2), worse=slower))
    return found


def _cpu(before: Results, after: Results) -> list[Change]:
    was, now = cpu_ms_a_message(before), cpu_ms_a_message(after)
    return [
        Change(
            f"CPU of {name}, ms a message",
            was.get(name, 0.0),
            now.get(name, 0.0),
            worse=name in was and now.get(name, 0.0) > was[name] * NOISE_OF_CPU + 1,
        )
        for name in sorted(was | now)
    ]
