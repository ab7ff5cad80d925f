"""Removes what a run left: its processes and its files.

Processes of a run are known by the variable `CHATCTL_RUN` in their environment, which every child of a child
inherits.
"""

import time
from contextlib import suppress

import psutil

from infra.local.state import StateFolder

RUN_VARIABLE = "CHATCTL_RUN"
GRACE_SECONDS = 3.0  # what processes get to end by themselves, before they are killed
FORK_TO_EXEC_SECONDS = 0.2  # a process started in this moment carries the variable a moment later


def sweep(run_id: str, state: StateFolder) -> int:
    """End all processes of a run and remove its files; the number of processes it found."""
    found = _end_processes(run_id)
    time.sleep(FORK_TO_EXEC_SECONDS)
    found += _end_processes(run_id)
    state.remove_run(run_id)
    return found


def _end_processes(run_id: str) -> int:
    processes = [process for process in psutil.process_iter() if _belongs_to(process, run_id)]
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(processes, timeout=GRACE_SECONDS)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return len(processes)


def _belongs_to(process: psutil.Process, run_id: str) -> bool:
    try:
        return process.environ().get(RUN_VARIABLE) == run_id
    except (psutil.Error, OSError):
        return False  # somebody else's, or gone
