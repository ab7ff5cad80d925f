"""The rule of closing: a connection whose token has expired is closed, unless a newer one was shown."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal
from urllib.error import HTTPError

from shared.aws.one_connection import Close
from shared.stores.connections import Connections
from shared.stores.expiries import Expiries, Expiry

# A connection ends EXPIRY_GRACE_SECONDS after its token. Runs begin a minute apart: what ends within this
# time is waited for, the rest is overdue by the other half at most. So a minute after its token it is closed.
AHEAD_SECONDS = 30
LOOK_BACK_SECONDS = 10 * 60  # for what earlier runs did not come to
# DynamoDB removes the rows of what has expired minutes after that: later than this their lack tells nothing.
REMOVED_SECONDS = 60

RUN_SECONDS = 45.0  # of the 60 that the function has; then what has not begun is left to the next run

Ending = Literal["closed", "gone", "renewed", "failed", "left"]


@dataclass(frozen=True, slots=True)
class Closer:
    """What closing needs. `now` is in epoch seconds; several connections are looked at side by side."""

    expiries: Expiries
    connections: Connections
    close: Close
    executor: Executor
    now: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(slots=True)
class Run:
    """What came of a run: of each connection, those that end first first; and what failed for some of them.

    What has `failed` or was `left` stays noted, for the next run.
    """

    endings: list[Ending] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)


def close_expired(closer: Closer) -> Run:
    """Close every connection that ends by AHEAD_SECONDS from now, for RUN_SECONDS at most.

    One that a store fails for holds up no other. When this returns, nothing goes on.

    Raises:
        RateLimited, Unavailable: the notes could not be read.
    """
    began = int(closer.now())
    until, give_up = began + AHEAD_SECONDS, began + RUN_SECONDS
    due = closer.expiries.within(began - LOOK_BACK_SECONDS, until)
    ending = []
    for expiry in sorted((each for each in due if each.ends_at <= until), key=lambda each: each.ends_at):
        closer.sleep(max(0.0, expiry.ends_at - closer.now()))
        ending.append(closer.executor.submit(_end_in_time, expiry, closer, give_up))
    run = Run()
    for each in ending:
        failure = each.exception()
        if isinstance(failure, Exception):
            run.broken.append(failure)
        run.endings.append("failed" if failure else each.result())
    return run


def _end_in_time(expiry: Expiry, closer: Closer, give_up: float) -> Ending:
    return _end(expiry, closer) if closer.now() < give_up else "left"


def _end(expiry: Expiry, closer: Closer) -> Ending:
    stored = closer.connections.stored(expiry.connection_id)
    ends_at = max((each.ttl for each in stored), default=0)
    if ends_at > closer.now():
        for each in stored:  # a room that was joined while the newer token was shown has the older one's end
            if each.ttl < ends_at:
                closer.connections.renew(each, ends_at)
        closer.expiries.move(expiry, Expiry(ends_at, expiry.connection_id))
        return "renewed"
    outcome: Ending
    if not stored and closer.now() < expiry.ends_at + REMOVED_SECONDS:
        outcome = "gone"
    else:
        try:
            closer.close(expiry.connection_id)
            outcome = "closed"
        except HTTPError as error:
            if error.code != HTTPStatus.GONE:
                return "failed"
            outcome = "gone"  # and nobody told of it
        except OSError:  # of no answer
            return "failed"
    closer.expiries.forget(expiry)
    return outcome
