"""`python -m tests.load.versus`: ours and the reference's algorithm under the same swarm, side by side.

Starts a stack with both, runs the swarm against each at every size, with faults and without, and rewrites
docs/benchmarks/swarm-vs-reference.md. Rows of sizes that are not run again stay.
"""

import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args

import typer

from infra.local.clients import local_clients
from tests.integration.aws_proxy import AwsProxy
from tests.load.versus.contest import MESSAGES_PER_SECOND, Faults, Row, SwarmFailed, compete
from tests.load.versus.deploy import reference_beside
from tests.load.versus.page import keep_row, write_page
from tests.load.versus.side import lead_through, ours, wait_until_quiet
from tests.support.running_stack import running_stack

SIZES = sorted(MESSAGES_PER_SECOND)
FAULTS: tuple[Faults, ...] = get_args(Faults)


def main(
    connections: Annotated[list[int] | None, typer.Option(help="A size; again for more.")] = None,
    faults: Annotated[Faults | None, typer.Option(help="Only with these faults.")] = None,
) -> None:
    sizes = connections or SIZES
    if unknown := [size for size in sizes if size not in MESSAGES_PER_SECOND]:
        sys.stderr.write(f"versus: there is no size {unknown[0]}; the sizes are {SIZES}\n")
        raise typer.Exit(2)
    # A killed run must still stop the stack that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        for row in _rows(sizes, [faults] if faults else list(FAULTS)):
            sys.stdout.write(f"{row.model_dump_json()}\n")
            sys.stdout.flush()
            write_page(keep_row(row))
    except SwarmFailed as error:
        sys.stderr.write(f"versus: the swarm failed: {error}\n")
        raise typer.Exit(1) from None


def _rows(sizes: list[int], kinds: list[Faults]) -> Iterator[Row]:
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
            for size in sizes:
                for faults in kinds:
                    for side in sides:
                        for each in sides:
                            each.wait_until_left(clients)
                        wait_until_quiet(proxy)
                        yield compete(side, size, faults, proxy, folder)


typer.run(main)
