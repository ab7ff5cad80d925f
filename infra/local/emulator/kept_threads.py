"""Lets MiniStack run what blocks in threads that it keeps, where it starts one for each call.

An invocation took three threads, and starting one waits until it runs: 15 % of the emulator's samples.
"""

import queue
import threading
from collections.abc import Callable
from types import SimpleNamespace

from ministack.core import concurrency

OFTEN = ("ministack-lambda-invoke", "ministack-esm")  # threads that nobody but their work knows


class KeptThreads:
    """Threads that wait for work when they have done theirs; as many as there is work at once.

    What runs may itself wait for what has yet to begin, so that work never waits for a thread.
    """

    def __init__(self) -> None:
        self._work = queue.SimpleQueue[Callable[[], None]]()
        self._lock = threading.Lock()
        self.idle = 0

    def run(self, work: Callable[[], None]) -> None:
        """Begin to run `work` at once, in some thread."""
        with self._lock:
            is_kept = self.idle > 0
            self.idle -= is_kept
        self._work.put(work)
        if not is_kept:
            threading.Thread(target=self._serve, daemon=True, name="kept").start()

    def _serve(self) -> None:
        while True:
            self._work.get()()
            with self._lock:
                self.idle += 1


def keep_threads() -> None:
    """Let the emulator's invocations, and the batches of its poller, run in kept threads.

    Raises:
        AttributeError: this MiniStack starts its threads in another way.
    """
    kept, started_anew = KeptThreads(), concurrency.threading.Thread

    class KeptThread:
        """What such a call uses of a thread."""

        def __init__(self, work: Callable[[], None]) -> None:
            self._work = work

        def start(self) -> None:
            kept.run(self._work)

    def thread(*, target: Callable[[], None], daemon: bool, name: str) -> KeptThread | threading.Thread:
        return KeptThread(target) if name in OFTEN else started_anew(target=target, daemon=daemon, name=name)

    concurrency.threading = SimpleNamespace(Thread=thread, Lock=threading.Lock)
