"""`python -m tests.load.versus`: ours, the reference's algorithm and a self-hosted peer under the same swarm.

Runs the swarm against the peer, then against a stack that has the other two, and rewrites
docs/benchmarks/swarm-vs-reference.md after each run. Rows that are not run again stay.
"""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from infra.local.clients import local_clients
from tests.integration.aws_proxy import AwsProxy
from tests.load.versus.contest import Faults, Row, compete, compete_peer
from tests.load.versus.deploy import reference_beside
from tests.load.versus.page import keep_row, write_page
from tests.load.versus.process import SwarmFailed
from tests.load.versus.programme import SIZES, NoSuchSize, programme
from tests.load.versus.prosody import PROGRAM, PeerDidNotStart, is_installed, running_prosody
from tests.load.versus.side import StillBusy, lead_through, ours, wait_until_quiet
from tests.support.running_stack import running_stack

Run = Callable[[], Row]


def main(
    connections: Annotated[list[int] | None, typer.Option(help="A size; again for more.")] = None,
    faults: Annotated[Faults | None, typer.Option(help="Only with these faults.")] = None,
) -> None:
    # A killed run must still stop the stack that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    failures = 0
    try:
        runs = list(programme(connections or [], faults))
        for run in _all_runs(runs):
            failures += not _keep(run)
    except NoSuchSize as error:
        _complain(error)
        raise typer.Exit(2) from None
    except (PeerDidNotStart, StillBusy, SwarmFailed) as error:
        _complain(error)
        raise typer.Exit(1) from None
    raise typer.Exit(1 if failures else 0)


def _keep(run: Run) -> bool:
    """Make a run and a row of it; a run that failed takes none of the others with it."""
    try:
        row = run()
    except SwarmFailed as error:
        _complain(error)
        return False
    sys.stdout.write(f"{row.model_dump_json()}\n")
    sys.stdout.flush()
    write_page(keep_row(row))
    return True


def _complain(error: Exception) -> None:
    sys.stderr.write(f"versus: {type(error).__name__}: {error}\n")


def _all_runs(runs: list[tuple[int, Faults]]) -> Iterator[Run]:
    yield from _peer_runs([size for size, faults in runs if faults == "none"])
    yield from _runs(runs)


def _peer_runs(sizes: list[int]) -> Iterator[Run]:
    """The peer has the machine to itself, as the others have: their stack has not started yet."""
    if not is_installed():
        sys.stderr.write(f"versus: {PROGRAM} is not installed: no rows of it\n")
        return
    with tempfile.TemporaryDirectory() as name, running_prosody(Path(name)) as peer:
        for size in sizes:
            yield partial(compete_peer, PROGRAM, peer, size, Path(name))


def _runs(runs: list[tuple[int, Faults]]) -> Iterator[Run]:
    with (
        tempfile.TemporaryDirectory() as name,
        running_stack(Path(name), "mock", "--frontend", "none") as stack,
        AwsProxy(stack.aws_endpoint_url) as proxy,
    ):
        folder, clients = Path(name), local_clients(stack.aws_endpoint_url, stack.region)
        with reference_beside(stack, clients, folder) as reference:
            sides = (ours(stack), reference)
            for side in sides:
                lead_through(proxy, side, clients)
                compete(side, SIZES[0], "none", proxy, folder)  # starts the functions
            for size, faults in runs:
                for side in sides:
                    for each in sides:
                        each.wait_until_left(clients)
                    wait_until_quiet(proxy)
                    yield partial(compete, side, size, faults, proxy, folder)


typer.run(main)
