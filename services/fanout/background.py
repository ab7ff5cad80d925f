"""Calls to AWS beside the posts. Nobody waits for them longer than a deadline."""

from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Background(Protocol):
    """Where calls run that the posting loop must not wait for."""

    def submit(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Begin a call, or queue it behind others."""
        ...

    def wait(self, futures: Collection[Future[Any]], until: float) -> None:
        """Wait until all have ended, `until` at most, in seconds of the monotonic clock."""
        ...


class Threads:
    """A background of threads, kept across invocations; a call that hangs holds up its own thread alone."""

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self._pool = ThreadPoolExecutor(size)
        self._clock = clock

    def submit(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Begin a call, or queue it behind others."""
        return self._pool.submit(call, *args, **kwargs)

    def wait(self, futures: Collection[Future[Any]], until: float) -> None:
        """Wait until all have ended, `until` at most, in seconds of the monotonic clock."""
        wait(futures, max(0.0, until - self._clock()))


def done(result: R) -> Future[R]:
    """Return a call that has ended: there was nothing to do, which is not worth waking a thread."""
    future: Future[R] = Future()
    future.set_result(result)
    return future


def result_of(future: Future[R], *failures: type[Exception]) -> R | None:
    """Return the result of a call that has ended well; None if it failed so, was cancelled or goes on."""
    if not future.done() or future.cancelled():
        return None
    try:
        return future.result()
    except failures:
        return None
