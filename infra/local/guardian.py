"""Outlives `chatctl up`: when that is gone, however it went, nothing of its run is left behind.

Its standard input is a pipe that only `up` holds; the pipe's end is the signal.
"""

import signal
import sys
from pathlib import Path


def main() -> None:
    """Wait for the end of standard input, then sweep the run that the arguments name."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    run_id, state_folder = sys.argv[1:]
    sys.stdin.read()
    # Only now, so that it waits in 6 MB.
    from infra.local.state import StateFolder  # noqa: PLC0415
    from infra.local.sweep import sweep  # noqa: PLC0415

    sweep(run_id, StateFolder(Path(state_folder)))


if __name__ == "__main__":
    main()
