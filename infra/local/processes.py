"""The child processes of `chatctl up`: they live and die together."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from infra.errors import CommandError
from infra.local.state import StateFolder
from infra.local.sweep import RUN_VARIABLE
from infra.repository import ROOT

STOP_SECONDS = 5.0  # what a child gets to end after SIGTERM; the emulator needs up to 2
LAST_LINES = 15


class ChildCrashed(CommandError):
    """A child ended by itself; the message names it and shows its last lines."""

    exit_code = 1

    def __init__(self, child: "Child") -> None:
        super().__init__(
            f"{child.name} ended with exit code {child.process.returncode}; the last lines of {child.log}:\n"
            + "\n".join(f"  {line}" for line in child.last_lines())
        )


@dataclass(frozen=True)
class Child:
    """A child process and the file that holds its output."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def last_lines(self) -> list[str]:
        """Return the end of its output."""
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]


class Children:
    """Starts processes, each in a group of its own so that a terminal's Ctrl-C reaches `chatctl` alone."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = environment
        self._children: list[Child] = []
        self._ended: asyncio.Queue[Child] = asyncio.Queue()
        self._watchers: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return {child.name: child.process.pid for child in self._children}

    async def start(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], cwd: Path = ROOT
    ) -> Child:
        """Start a process that should run as long as the stack does; its output goes to `logs/<name>.log`."""
        child = await self._spawn(name, command, environment, cwd)
        self._watchers.append(asyncio.create_task(self._watch(child)))
        return child

    async def complete(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], cwd: Path = ROOT
    ) -> None:
        """Run a process to its end.

        Raises:
            ChildCrashed: its exit code is not 0.
        """
        child = await self._spawn(name, command, environment, cwd)
        if await child.process.wait() != 0:
            raise ChildCrashed(child)
        self._children.remove(child)

    async def crash(self) -> None:
        """Wait until a started child ends.

        Raises:
            ChildCrashed: always, in the end.
        """
        raise ChildCrashed(await self._ended.get())

    def refuse_crashed(self) -> None:
        """Raise ChildCrashed if a child has ended."""
        for child in self._children:
            if child.process.returncode is not None:
                raise ChildCrashed(child)

    async def stop(self) -> None:
        """End all children, the last one started first, with whatever they started."""
        for watcher in self._watchers:
            watcher.cancel()
        for child in reversed(self._children):
            with suppress(ProcessLookupError):
                child.process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(child.process.wait(), STOP_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            await child.process.wait()

    async def _spawn(
        self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], cwd: Path
    ) -> Child:
        log = self._logs / f"{name.replace(' ', '-')}.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env={**self._environment, **environment},
                start_new_session=True,
            )
        _let_finish(process.pid)
        child = Child(name, process, log)
        self._children.append(child)
        return child

    async def _watch(self, child: Child) -> None:
        await child.process.wait()
        self._ended.put_nowait(child)


def _let_finish(pid: int) -> None:
    """Have a process, and whatever it starts, interrupt no other at its work, where the system knows that.

    A message wakes a dozen processes on two cores. Each that interrupts another finds the caches full of what
    is not its own (Linux, sched(7), `SCHED_BATCH`). What that costs a message: docs/load-testing.md.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))


@asynccontextmanager
async def running_children(
    state: StateFolder, run_id: str, environment: Mapping[str, str]
) -> AsyncIterator[Children]:
    """Children that are gone when the block ends, with the run's files; also if this process is killed."""
    state.logs.mkdir(parents=True, exist_ok=True)
    state.run_folder(run_id).mkdir()
    guardian = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "infra.local.guardian", run_id, state.path.resolve(),
        stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    children = Children(state.logs, {**environment, RUN_VARIABLE: run_id})
    try:
        yield children
    finally:
        await children.stop()
        await guardian.communicate(b"")  # closes its standard input
