"""Lets MiniStack's poller pass by the queues that are empty.

It looks at all of them whenever anything comes into one, and sweeps each for dead letters by searching all.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from ministack.services import dynamodb, lambda_svc, sqs

Mapping = tuple[str, str, dict[str, Any]]
"""Account, region and description of an event source mapping."""


def pass_by_empty_queues() -> None:
    """Hide the mappings of empty queues from the poller.

    Raises:
        AttributeError: this MiniStack has no such poller any more.
    """
    mappings: Callable[[], Iterator[Mapping]] = lambda_svc._iter_all_esms
    lambda_svc._iter_all_esms = lambda: (each for each in mappings() if _may_have_work(each))
    dynamodb.esm_wake  # noqa: B018 - it is there
    dynamodb.esm_wake = threading.Event()  # streams have pollers of their own: a row wakes nobody


def _may_have_work(mapping: Mapping) -> bool:
    *_, service, region, account, name = mapping[2]["EventSourceArn"].split(":")[:6]
    if service != "sqs":
        return True
    queue = sqs._queues.get_scoped(account, region, sqs._queue_url_for_account(account, name))
    return queue is None or bool(queue["messages"])
