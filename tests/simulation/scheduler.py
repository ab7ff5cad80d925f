"""Virtual time: tasks that sleep, one at a time, always the one that is due next."""

import contextlib
import heapq
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

from greenlet import getcurrent, greenlet

P = ParamSpec("P")
R = TypeVar("R")


class Killed(BaseException):
    """The task's process is gone; nothing of ours catches it."""


@dataclass(slots=True)
class Pause:
    """A task that waits; whoever comes first wakes it, and only once."""

    task: greenlet
    over: bool = False


@dataclass
class Scheduler:
    """Runs tasks in the order of their times; code under test sees `now` as its clock."""

    now: float = 0.0
    _due: list[tuple[float, int, Pause]] = field(default_factory=list)
    _count: int = 0
    _hub: greenlet | None = None
    _killed: WeakSet[greenlet] = field(default_factory=WeakSet)

    def clock(self) -> float:
        return self.now

    def spawn(self, call: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> greenlet:
        """Begin a task at the present time."""
        return self.spawn_at(self.now, call, *args, **kwargs)

    def spawn_at(self, at: float, call: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> greenlet:
        task = greenlet(lambda: self._run(call, *args, **kwargs), self._hub or getcurrent())
        self._push(at, Pause(task))
        return task

    def sleep(self, seconds: float) -> None:
        """Let the others go on for so long."""
        self._suspend(Pause(getcurrent()), self.now + seconds)

    def run(self, until: float = float("inf")) -> None:
        """Run tasks until none is left or the time is over."""
        self._hub = getcurrent()
        while self._due and self._due[0][0] <= until:
            at, _, pause = heapq.heappop(self._due)
            if pause.over or pause.task.dead or pause.task in self._killed:
                continue
            pause.over = True
            self.now = max(self.now, at)
            pause.task.switch()

    def kill(self, tasks: Collection[greenlet]) -> None:
        """End tasks wherever they wait."""
        for task in tasks:
            self._killed.add(task)
            if task:  # one that has not begun is just never begun
                task.parent = getcurrent()  # to come back here
                task.throw(Killed)

    def wait(self, futures: Collection[Future[Any]], until: float) -> None:
        """Sleep until all futures are done, `until` at most."""
        left = [future for future in futures if not future.done()]
        if not left or until <= self.now:
            return
        pause, count = Pause(getcurrent()), len(left)

        def one_is_done(_: Future[Any]) -> None:
            nonlocal count
            count -= 1
            if not count and not pause.over:
                self._push(self.now, pause)

        for future in left:
            future.add_done_callback(one_is_done)
        self._suspend(pause, until)

    def _run(self, call: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        with contextlib.suppress(Killed):
            call(*args, **kwargs)

    def _suspend(self, pause: Pause, until: float) -> None:
        assert self._hub is not None
        if until < float("inf"):
            self._push(until, pause)
        self._hub.switch()

    def _push(self, at: float, pause: Pause) -> None:
        self._count += 1
        heapq.heappush(self._due, (at, self._count, pause))


@dataclass
class SimulatedBackground:
    """A pool of simulated threads."""

    scheduler: Scheduler
    size: int
    tasks: set[greenlet] = field(default_factory=set)
    _waiting: list[tuple[Future[Any], Callable[[], Any]]] = field(default_factory=list)
    _busy: int = 0

    def submit(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        self._waiting.append((future, lambda: call(*args, **kwargs)))
        self._start()
        return future

    def wait(self, futures: Collection[Future[Any]], until: float) -> None:
        self.scheduler.wait(futures, until)

    def _start(self) -> None:
        while self._waiting and self._busy < self.size:
            future, call = self._waiting.pop(0)
            if future.set_running_or_notify_cancel():
                self._busy += 1
                task = self.scheduler.spawn(self._work, future, call)
                self.tasks.add(task)

    def _work(self, future: Future[Any], call: Callable[[], Any]) -> None:
        try:
            future.set_result(call())
        except Exception as error:  # of the call; whoever asks for the result gets it
            future.set_exception(error)
        finally:
            self._busy -= 1
            self.tasks.discard(getcurrent())
            self._start()
