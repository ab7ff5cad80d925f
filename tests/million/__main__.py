"""`python -m tests.million`: a day of a million connections; or a small scenario, as the stack has it."""

import multiprocessing
import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tests.million.beside import beside
from tests.million.data import load_prices
from tests.million.day import CONNECTIONS, ROOMS, Outcome, Stretch, simulate, stretches
from tests.million.page import tables_of, write_page
from tests.million.playback import play_back

FOLDER = Path("build/simulation")
app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def day(
    context: typer.Context,
    *,
    connections: Annotated[int, typer.Option(min=1000, help="How many at the busiest hour.")] = CONNECTIONS,
    rooms: Annotated[int, typer.Option(min=10, help="How many rooms they are in.")] = ROOMS,
    only: Annotated[list[str] | None, typer.Option(help="A stretch by its name; again for more.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Stretches at once; default: as many as there are cores.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the page.")] = FOLDER,
) -> None:
    """Simulate a day and write its page."""
    if context.invoked_subcommand:
        return
    wanted = [each for each in stretches() if not only or each.name in only]
    if not wanted:
        sys.stderr.write(f"error: the stretches are {', '.join(each.name for each in stretches())}\n")
        raise typer.Exit(2)
    outcomes = _simulated(wanted, connections, rooms, processes)
    played = {each.stretch: play_back(each.played) for each in outcomes}
    tables = tables_of(outcomes, played, load_prices())
    page = write_page(tables, outcomes, out)
    for table in tables:
        sys.stdout.write(f"{table.markdown()}\n")
    sys.stdout.write(f"page: {page}\n")


@app.command()
def local() -> None:
    """Hold the model to the local stack: the same small scenario in both."""
    sys.stdout.write(beside())


def _simulated(wanted: list[Stretch], connections: int, rooms: int, processes: int | None) -> list[Outcome]:
    """Return the outcomes in the day's order."""
    began, found = time.monotonic(), {}
    simulated = partial(simulate, connections=connections, rooms=rooms)
    # A fresh process gives its memory back, and knows the scheduler of its own stretch alone.
    with multiprocessing.get_context("spawn").Pool(processes, maxtasksperchild=1) as pool:
        for outcome in pool.imap_unordered(simulated, wanted):
            found[outcome.stretch] = outcome
            sys.stderr.write(
                f"{time.monotonic() - began:6.0f} s  {outcome.stretch}: "
                f"{outcome.meters.counts['deliveries']:,} deliveries in {outcome.cpu_seconds:.0f} s of CPU\n"
            )
    hours = [each for each in wanted if each.name.endswith(":00")]
    events = [each for each in wanted if not each.name.endswith(":00")]
    return [found[each.name] for each in [*hours, *events]]


if __name__ == "__main__":
    app()
