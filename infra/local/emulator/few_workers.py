"""Lets MiniStack run few batches of a queue at once, as the edge does with messages.

Each takes a process, of half a CPU-second to start. With forty on two cores all are late.
"""

import os
from collections.abc import Callable

from ministack.services import lambda_svc

# AWS allows no fewer than two for a queue.
BATCHES_OF_A_QUEUE = max(2, (os.cpu_count() or 1) // 2)


def run_few_batches() -> None:
    """Bound how many batches of a queue are under way.

    Raises:
        AttributeError: this MiniStack has no such bound any more.
    """
    configured: Callable[..., int] = lambda_svc._sqs_esm_concurrency
    lambda_svc._sqs_esm_concurrency = lambda *args: min(configured(*args), BATCHES_OF_A_QUEUE)
