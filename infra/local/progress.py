"""What a command does at the moment: a line that moves on a terminal, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status


class Progress:
    """Tells each step as it begins, with its number."""

    def __init__(self, console: Console, status: Status, steps: int) -> None:
        self._console = console
        self._status = status
        self._steps = steps
        self._begun = 0

    def __call__(self, step: str) -> None:
        """Say that the next step begins."""
        self._begun += 1
        line = f"{self._begun}/{self._steps} {step}"
        if self._console.is_terminal:
            self._status.update(line)
        else:
            self._console.print(line)


@contextmanager
def progress(console: Console, steps: int) -> Iterator[Progress]:
    """Show progress until the block ends."""
    with console.status("") as status:
        yield Progress(console, status, steps)
