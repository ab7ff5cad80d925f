"""Lets MiniStack poll DynamoDB streams in a thread of its own.

Its one poller invokes the consumer of a stream itself and waits: a sweeper that waits for marks would hold up
every queue meanwhile. On AWS each mapping has pollers of its own.
"""

import logging
import threading
import time
from collections.abc import Callable

from ministack.services import lambda_svc

REST_SECONDS = 0.5  # DynamoDB streams are polled four times a second a shard (Lambda developer guide)


def poll_streams_apart() -> None:
    """Take the streams out of the emulator's poller.

    Raises:
        AttributeError: this MiniStack has no such poller any more.
    """
    poll: Callable[[], bool] = lambda_svc._poll_dynamodb_streams
    lambda_svc._poll_dynamodb_streams = lambda: False
    threading.Thread(target=_poll_for_ever, args=(poll,), daemon=True, name="streams").start()


def _poll_for_ever(poll: Callable[[], bool]) -> None:
    while True:
        try:
            poll()
        except Exception:
            logging.getLogger(__name__).exception("polling streams")
        time.sleep(REST_SECONDS)
