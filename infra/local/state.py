"""The folder a stack keeps its state in, and the lock that says whether the stack runs."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from infra.errors import CommandError
from infra.local.stack_file import read_stack_file

DEFAULT_STATE_FOLDER = Path(".local")


class StackRuns(CommandError):
    """Another `chatctl up` holds the folder."""


@dataclass(frozen=True)
class StateFolder:
    """`stack.json` and `run-…` are there while a stack runs; logs of the last run stay."""

    path: Path

    @property
    def stack_file(self) -> Path:
        """File that describes the running stack."""
        return self.path / "stack.json"

    @property
    def logs(self) -> Path:
        """Folder of the processes' output."""
        return self.path / "logs"

    def run_folder(self, run_id: str) -> Path:
        """Temporary files of one run."""
        return self.path / f"run-{run_id}"

    def remove_run(self, run_id: str) -> None:
        """Remove what a run leaves: its temporary files, and the stack file unless it is another run's."""
        shutil.rmtree(self.run_folder(run_id), ignore_errors=True)
        with suppress(CommandError):
            if read_stack_file(self.stack_file).run_id == run_id:
                self.stack_file.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for the life of a stack; the system lets go of it even if this process is killed.

        Raises:
            StackRuns: another process holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self._lock_file().open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StackRuns(
                    f"a stack runs with {self.path} already (pid {self.holder()});"
                    " stop it with `chatctl down`, or give this one a --state-dir of its own"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def holder(self) -> int | None:
        """Return the process id of the `chatctl up` that holds the folder; None if none does."""
        try:
            with self._lock_file().open(encoding="utf-8") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(lock.read() or 0)
        except FileNotFoundError:
            return None
        return None

    def _lock_file(self) -> Path:
        return self.path / "up.lock"
