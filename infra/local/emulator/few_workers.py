"""Lets MiniStack run few batches of queues at once, as the edge does with messages.

Each takes a process, of half a CPU-second to start. With forty on two cores all are late. And the fewer there
are, the more messages a batch has while there are many: they share an invocation, its log and its marks.
"""

import os
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from ministack.services import lambda_svc

from infra.local.emulator.idle_queues import Mapping

# AWS allows no fewer than two for a queue.
BATCHES_OF_A_QUEUE = max(2, (os.cpu_count() or 1) // 2)
# Of all queues together, one for two cores: a batch waits for the emulator, and senders want a core, too.
BATCHES = max(1, (os.cpu_count() or 1) // 2)
# A batch that takes longer waits for something that hangs, and holds up no other queue: on AWS none does.
SLOW_SECONDS = 1.0


def run_few_batches(clock: Callable[[], float] = time.monotonic) -> None:
    """Bound how many batches are under way, of a queue and of all of them; the queues take turns.

    Args:
        clock: monotonic seconds.

    Raises:
        AttributeError: this MiniStack has no such bound any more.
    """
    configured: Callable[..., int] = lambda_svc._sqs_esm_concurrency
    dispatch: Callable[..., None] = lambda_svc._dispatch_esm_batch
    mappings: Callable[[], Iterator[Mapping]] = lambda_svc._iter_all_esms
    begun: dict[object, float] = {}  # by a token for each batch under way
    passes = count()

    def at_once(*args: Any) -> int:
        quick = sum(clock() - at < SLOW_SECONDS for at in list(begun.values()))
        return min(configured(*args), BATCHES_OF_A_QUEUE) if quick < BATCHES else 0

    def dispatch_noting(mapping_id: str, run: Callable[..., None], *args: object) -> None:
        token = object()

        def run_and_forget(*args: object) -> None:
            try:
                run(*args)
            finally:
                del begun[token]

        begun[token] = clock()
        dispatch(mapping_id, run_and_forget, *args)

    def in_turn() -> Iterator[Mapping]:
        found = list(mappings())
        first = next(passes) % len(found) if found else 0
        yield from found[first:]
        yield from found[:first]

    lambda_svc._sqs_esm_concurrency = at_once
    lambda_svc._dispatch_esm_batch = dispatch_noting
    lambda_svc._iter_all_esms = in_turn
