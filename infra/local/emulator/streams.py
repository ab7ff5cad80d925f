"""Lets MiniStack poll DynamoDB streams in threads of their own, one for each function that reads one.

Its one poller invokes the consumer of a stream itself and waits: a sweeper that waits for marks would hold up
every queue meanwhile, and the other reader of the stream. On AWS each mapping has pollers of its own.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator

from ministack.services import lambda_svc

from infra.local.emulator.idle_queues import Mapping

REST_SECONDS = 0.5  # DynamoDB streams are polled four times a second a shard (Lambda developer guide)
Mappings = Callable[[], Iterator[Mapping]]

_of_this_thread = threading.local()


def poll_streams_apart() -> None:
    """Take the streams out of the emulator's poller.

    Raises:
        AttributeError: this MiniStack has no such poller any more.
    """
    poll: Callable[[], bool] = lambda_svc._poll_dynamodb_streams
    mappings: Mappings = lambda_svc._iter_all_esms
    lambda_svc._poll_dynamodb_streams = lambda: False
    lambda_svc._iter_all_esms = lambda: _of_interest(mappings())
    threading.Thread(target=_start_pollers, args=(mappings, poll), daemon=True, name="streams").start()


def _of_interest(
    mappings: Iterator[Mapping],
) -> Iterator[Mapping]:
    """Yield the mapping that this thread polls; all of them in a thread that polls no stream."""
    wanted = getattr(_of_this_thread, "mapping", None)
    return (each for each in mappings if wanted in (None, each[2]["UUID"]))


def _start_pollers(mappings: Mappings, poll: Callable[[], bool]) -> None:
    polled: set[str] = set()
    while True:
        of_streams = {each["UUID"] for _, _, each in mappings() if ":dynamodb:" in each["EventSourceArn"]}
        for mapping in of_streams - polled:
            threading.Thread(target=_poll_for_ever, args=(mapping, poll), daemon=True, name=mapping).start()
        polled |= of_streams
        time.sleep(REST_SECONDS)


def _poll_for_ever(mapping: str, poll: Callable[[], bool]) -> None:
    _of_this_thread.mapping = mapping
    while True:
        try:
            poll()
        except Exception:
            logging.getLogger(__name__).exception("polling a stream")
        time.sleep(REST_SECONDS)
