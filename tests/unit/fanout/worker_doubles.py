"""A worker for tests whose calls beside the posts are made at once."""

import random
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from typing import Any

from services.fanout.budget import Budget
from services.fanout.memory import AudienceMemory
from services.fanout.queues import Queues
from services.fanout.worker import Disconnect, Post, Worker
from shared.protocol.message import Message
from shared.stores.connections import Connections
from shared.stores.published import Key, Published, key_of
from tests.unit.examples import NOW_SECONDS

FOREVER = Budget(float("inf"), float("inf"), float("inf"), float("inf"))


class AtOnce:
    """A background that is done before the caller goes on."""

    def submit(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*args, **kwargs))
        except Exception as failure:  # for whoever asks for the result
            future.set_exception(failure)
        return future

    def wait(self, futures: Collection[Future[Any]], until: float) -> None:
        assert all(future.done() for future in futures)


class Marks(Published):
    """Marks in memory."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()

    def mark(self, messages: Iterable[Message], _now_seconds: int) -> None:
        self.keys |= {key_of(message) for message in messages}

    def marked(self, keys: Collection[Key]) -> set[Key]:
        return self.keys & set(keys)


def worker_of(
    connections: Connections, queues: Queues, post: Post, disconnect: Disconnect, slice_size: int
) -> Worker:
    """Return a worker over these collaborators, at the examples' time."""
    background = AtOnce()
    return Worker(
        connections=connections,
        published=Marks(),
        queues=queues,
        post=post,
        disconnect=disconnect,
        slice_size=slice_size,
        reading=background,
        sending=background,
        forgetting=background,
        monotonic=time.monotonic,
        epoch=lambda: NOW_SECONDS,
        sleep=lambda _seconds: None,
        memory=AudienceMemory(slice_size),
        random=random.random,
    )
