"""The verdicts of the runs on one stack as a page of docs/benchmarks. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tests.load.noticed import noticed
from tests.load.results import Results
from tests.load.verdicts import verdicts_table

HEAD = """# How each scenario ended on the local stack

Every scenario after the other on one fresh stack, sizes by what the machine was measured to carry just before
each of them ([load testing](../load-testing.md#a-scenario-knows-where-it-runs)). It is written by

```sh
make swarms ARGS="--page docs/benchmarks/swarm-scenarios.md"
```
"""
LEGEND = """*Live* is the share that came over an open connection; the rest was read from history after a
reconnection. *Missing or lost* are pairs of member and message that never came together, and messages that
history does not hold. *Duplicates* are second copies that a v2 client merges away.
"""
PLACE = """## What the place carried

Measured before each run: how many connections can be opened and closed again, how many messages brought to
all members of rooms of ten, a second; then how long each step takes on the idle system. Limits on latencies
are multiples of that.

| Scenario | Handshakes/s | Messages/s | Idle connect, ms | Idle acknowledgement, ms | Idle delivery, ms |
| :--- | ---: | ---: | ---: | ---: | ---: |
"""
NOTICED = """## What users noticed of each fault

| Scenario | Fault | Messages | What they noticed | Live | Missing |
| :--- | :--- | ---: | :--- | ---: | ---: |
"""


class SeveralStacks(Exception):
    """The runs were not made on one stack: they would be no one's table."""


def verdicts_page(runs: Iterable[Results], shipped: Iterable[str], machine: str) -> str:
    """Return the page in Markdown.

    Args:
        shipped: the scenarios that there are; those without a run are named.
        machine: what it ran on, in words.

    Raises:
        SeveralStacks: see there.
    """
    runs = sorted(runs, key=lambda run: run.started_at)
    stacks = sorted({run.target for run in runs})
    if len(stacks) != 1:
        raise SeveralStacks(
            f"the page is of one stack, not of {len(stacks)}: {', '.join(stacks) or 'no run'}"
        )
    missing = sorted(set(shipped) - {run.scenario_name for run in runs})
    parts = [HEAD, f"{_when(runs)}, {machine}.\n", verdicts_table(runs), LEGEND]
    if missing:
        parts.append(f"Without a run that came to its end: {', '.join(f'`{name}`' for name in missing)}.\n")
    parts.append(PLACE + "".join(map(_place, runs)))
    if faults := "".join(map(_faults, runs)):
        parts.append(NOTICED + faults)
    return "\n".join(parts)


def _when(runs: list[Results]) -> str:
    first = datetime.fromtimestamp(runs[0].started_at, UTC)
    last = datetime.fromtimestamp(runs[-1].started_at + runs[-1].scenario.seconds, UTC)
    return f"{first:%d %B %Y, %H:%M} to {last:%H:%M} UTC"


def _place(run: Results) -> str:
    idle, capacity = run.calibration.idle, run.calibration.capacity
    carried = [f"{capacity.handshakes:.0f}", f"{capacity.messages:.0f}"] if capacity else ["-", "-"]
    idle_times = [f"{each:.0f}" for each in (idle.connect_ms, idle.acknowledgement_ms, idle.delivery_ms)]
    return f"| {' | '.join([f'`{run.scenario_name}`', *carried, *idle_times])} |\n"


def _faults(run: Results) -> str:
    name = f"`{run.scenario_name}`"
    return "".join(
        f"| {name} | {row.fault} | {row.messages} | {row.words} | {row.live:.1%} | {row.missing} |\n"
        for row in noticed(run)
    )
