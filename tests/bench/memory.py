"""Peak memory of a fan-out worker, by the size of the room: each size in a process of its own.

The worker takes one message, posts to its slice and scatters all others. Members come page by page, as from
DynamoDB, a stub takes the posts, and what is scattered leaves the process at once, as it does to SQS.
"""

import subprocess
import sys
from pathlib import Path

SMALL, LARGE = 1_000, 100_000


def peak_kb(size: int) -> int:
    """The worker that takes the room's message: its slice, and the scatter of all others."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", str(size)], check=True, capture_output=True, text=True
    )
    return int(answer.stdout.split()[-1])


def run() -> dict[str, float]:
    small, large = peak_kb(SMALL), peak_kb(LARGE)
    return {
        "worker_memory_mb.1000": small / 1024,
        "worker_memory_mb.100000": large / 1024,
        "worker_memory_ratio": large / small,
    }


if __name__ == "__main__":
    from tests.bench.memory_worker import take_one_batch

    take_one_batch(int(sys.argv[1]))
    # Not getrusage: that remembers the parent's size from before the exec.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
