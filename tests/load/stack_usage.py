"""CPU of the local stack by process, so that a bottleneck has a name."""

import os
import time
from collections import defaultdict
from collections.abc import Mapping

import psutil

SWARM = "swarm"
OTHERS = "other programs"
FUNCTION_VARIABLE = "AWS_LAMBDA_FUNCTION_NAME"


class StackUsage:
    """Reads how many cores each part of the stack used since the reading before.

    The emulator runs every function in processes of its own; they are added up by the function's name.

    Args:
        pids: process id by name, as `stack.json` has them.
    """

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._roots = {SWARM: os.getpid(), **pids}
        self._names: dict[tuple[int, float], str] = {}
        self._before: dict[tuple[int, float], float] = {}
        self._busy_before = _busy_seconds()
        self._read_at = time.monotonic()

    def read(self) -> dict[str, float]:
        """Return cores in use by name since the reading before, those of other programs under `OTHERS`.

        A process that ended in between takes its last seconds of CPU with it, into `OTHERS`.
        """
        used: defaultdict[str, float] = defaultdict(float)
        now: dict[tuple[int, float], float] = {}
        for key, name, cpu in self._processes():
            now[key] = cpu
            used[name] += max(0.0, cpu - self._before.get(key, 0.0 if self._before else cpu))
        busy, self._before = _busy_seconds(), now
        used[OTHERS] = max(0.0, busy - self._busy_before - sum(used.values()))
        self._busy_before = busy
        now_at = time.monotonic()
        seconds, self._read_at = max(1e-3, now_at - self._read_at), now_at
        return {name: round(spent / seconds, 3) for name, spent in used.items()}

    def _processes(self) -> list[tuple[tuple[int, float], str, float]]:
        found = []
        for process, root in self._nearest_roots().items():
            try:
                key = (process.pid, process.create_time())
                times = process.cpu_times()
                if key not in self._names:
                    self._names[key] = process.environ().get(FUNCTION_VARIABLE, root)
            except psutil.Error:
                continue
            found.append((key, self._names[key], times.user + times.system))
        return found

    def _nearest_roots(self) -> dict[psutil.Process, str]:
        """Return every process by the name of its nearest root: `chatctl up` is the parent of the others."""
        roots = {process: name for name, pid in self._roots.items() if (process := _process(pid))}
        nearest: dict[psutil.Process, str] = {}
        for root in sorted(roots, key=psutil.Process.create_time):  # a parent is older than its children
            name = roots[root]
            nearest |= dict.fromkeys([root] if name == SWARM else [root, *_children(root)], name)
        return nearest


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))
