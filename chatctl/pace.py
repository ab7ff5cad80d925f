"""Keeps to a rate, and shows how far it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress


@contextmanager
def progress_at(
    rate: int,
    total: int,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr while the block lasts; yield a function that takes how many letters go next.

    It waits until they may: no more than `rate` a second on average since the start. `clock` is in seconds.
    """
    begin = clock()
    gone = 0
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("letters", total=total)

        def pace(count: int) -> None:
            nonlocal gone
            if (early := begin + gone / rate - clock()) > 0:
                sleep(early)
            gone += count
            progress.advance(bar, count)

        yield pace
