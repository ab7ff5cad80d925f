"""What a system uses of the machine while messages are said."""

from collections.abc import Iterable

import psutil

from tests.load.scenario import Scenario


class Cpu:
    """CPU-seconds of a system from the end of the gathering on.

    Args:
        pids: the processes that carry it.
    """

    def __init__(self, pids: Iterable[int], scenario: Scenario) -> None:
        self._pids = tuple(pids)
        self._gather_seconds = scenario.seconds_of("gather")
        self._before = self._after = cpu_seconds(self._pids)

    def read(self, second: float) -> None:
        """Look again; `second` is that of the run."""
        self._after = cpu_seconds(self._pids)
        if second < self._gather_seconds:
            self._before = self._after

    @property
    def seconds(self) -> float:
        return self._after - self._before


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU-seconds so far of those processes and of all that they started, ended or not."""
    return sum(map(_own_seconds, {process for pid in pids for process in _family(pid)}))


def _family(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _own_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
