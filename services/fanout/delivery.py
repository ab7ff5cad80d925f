"""Posting frames to connections: as many at a time as the far end takes, within a deadline."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple, Protocol

from services.fanout.concurrency import AdaptiveLimit
from shared.aws.callback import Answer, Frame

POST_TIMEOUT_SECONDS = 3.0  # a hundred times what a healthy post takes
RETRIES = 2  # in place, of one frame; what still fails is for settlement
RETRY_WAIT_SECONDS = (0.05, 0.25)  # lets a full client buffer drain a little, short against an invocation
TOO_LARGE = 413
SERVER_ERRORS = 500
CLOSING = Frame.of(b"")  # a delivery has a frame; one that closes its connection says nothing
OUT_OF_TIME = "out of time"


class Fate(Enum):
    """What became of a delivery."""

    DELIVERED = auto()
    """Every frame was accepted."""
    GONE = auto()
    """410: the connection no longer exists."""
    PERMANENT = auto()
    """Refused for good: a frame by 413, or the connection by 403 and the like. Never tried again."""
    TRANSIENT = auto()
    """Too busy, too slow or out of reach, after retries in place: worth another attempt later."""
    UNTOUCHED = auto()
    """Time ran out before the first attempt."""


class Delivery(NamedTuple):
    """Frames for one connection, posted one after the other, each only after the one before was accepted.

    Attributes:
        frames: at least one.
        context: the caller's own.
    """

    connection_id: str
    frames: tuple[Frame, ...]
    context: object = None


class Outcome(NamedTuple):
    """How a delivery ended.

    Attributes:
        settled: how many leading frames need no further attempt; what is left to post is `frames[settled:]`.
        refused: indexes of settled frames that the endpoint found too large (413); all others were accepted.
        reason: a few words on the last failure; empty if there was none.
    """

    delivery: Delivery
    fate: Fate
    settled: int
    refused: tuple[int, ...]
    reason: str


class Endpoint(Protocol):
    """What delivery needs of `shared.aws.callback.Gateway`."""

    @property
    def in_flight(self) -> int: ...
    def post(self, connection_id: str, frame: Frame, *, timeout_seconds: float, tag: object) -> None: ...
    def close(self, connection_id: str, *, timeout_seconds: float, tag: object) -> None: ...
    def answers(self, wait_seconds: float) -> list[Answer]: ...
    def abandon(self) -> None: ...


def deliver(
    deliveries: Iterable[Delivery],
    gateway: Endpoint,
    *,
    limit: AdaptiveLimit,
    deadline: float,
    clock: Callable[[], float],
    random: Callable[[], float],
    retries: int = RETRIES,
) -> Iterator[Outcome]:
    """Post every delivery and yield its outcome as it comes, in no particular order.

    Deliveries are pulled only as there is room to post them: a paged source overlaps with posting and is
    never held whole. Neither the source nor the consumer may block for long, because nothing is sent or
    received meanwhile and time-outs run on.

    Args:
        limit: how many posts may be in flight; its ceiling is at most the gateway's `max_connections`.
        deadline: by `clock`; nothing begins after it, and what is in flight has ended by it. Deliveries not
            begun come out untouched, those not yet pulled included.
        clock: monotonic seconds.
        random: from 0 up to 1, the jitter of retries.
        retries: in place, of one frame.

    Raises:
        Exception: what `deliveries` raised, once all that was pulled before has had its outcome.
    """

    def post(attempt: _Attempt, timeout_seconds: float) -> None:
        delivery = attempt.delivery
        frame = delivery.frames[attempt.settled]
        gateway.post(delivery.connection_id, frame, timeout_seconds=timeout_seconds, tag=attempt)

    return _Run(iter(deliveries), post, gateway, limit, deadline, clock, random, retries).outcomes()


def disconnect(
    connection_ids: Iterable[str],
    gateway: Endpoint,
    *,
    limit: AdaptiveLimit,
    deadline: float,
    clock: Callable[[], float],
    random: Callable[[], float],
) -> Iterator[Outcome]:
    """Close connections; everything else as in `deliver`. `DELIVERED` and `GONE` both mean: closed now."""

    def close(attempt: _Attempt, timeout_seconds: float) -> None:
        gateway.close(attempt.delivery.connection_id, timeout_seconds=timeout_seconds, tag=attempt)

    closings = (Delivery(connection_id, (CLOSING,)) for connection_id in connection_ids)
    return _Run(closings, close, gateway, limit, deadline, clock, random, RETRIES).outcomes()


@dataclass(slots=True)
class _Attempt:
    """A delivery under way."""

    delivery: Delivery
    settled: int = 0
    refused: tuple[int, ...] = ()
    failures: int = 0
    reason: str = ""

    def ended(self, fate: Fate) -> Outcome:
        return Outcome(self.delivery, fate, self.settled, self.refused, self.reason)


@dataclass(slots=True)
class _Run:
    """One pass over a source of deliveries."""

    source: Iterator[Delivery]
    begin: Callable[[_Attempt, float], None]
    gateway: Endpoint
    limit: AdaptiveLimit
    deadline: float
    clock: Callable[[], float]
    random: Callable[[], float]
    retries: int
    exhausted: bool = False
    error: Exception | None = None
    waiting: list[tuple[float, int, _Attempt]] = field(default_factory=list)  # a heap by when to go on
    waited: int = 0  # first come first among equal times

    def outcomes(self) -> Iterator[Outcome]:
        gateway = self.gateway
        try:
            while (now := self.clock()) < self.deadline:
                self._fill(now)
                if not gateway.in_flight and not self.waiting:
                    break
                for answer in gateway.answers(self._next_due() - now):
                    if outcome := self._settle(answer):
                        yield outcome
            yield from self._finish()
        finally:
            if gateway.in_flight:  # the consumer left early: these answers are not for the next run
                gateway.abandon()
        if self.error:
            raise self.error

    def _fill(self, now: float) -> None:
        timeout = min(POST_TIMEOUT_SECONDS, self.deadline - now)
        for _ in range(self.limit.current - self.gateway.in_flight):
            attempt = self._next_attempt(now)
            if attempt is None:
                return
            self.begin(attempt, timeout)

    def _next_attempt(self, now: float) -> _Attempt | None:
        if self.waiting and self.waiting[0][0] <= now:
            return heapq.heappop(self.waiting)[2]
        delivery = self._pull()
        return None if delivery is None else _Attempt(delivery)

    def _pull(self) -> Delivery | None:
        if self.exhausted:
            return None
        try:
            delivery = next(self.source, None)
        except Exception as error:  # the source's own, raised again when all that was pulled has ended
            self.error = error
            delivery = None
        self.exhausted = delivery is None
        return delivery

    def _next_due(self) -> float:
        """When something could begin without a further answer."""
        has_room = self.gateway.in_flight < self.limit.current
        return min(self.waiting[0][0], self.deadline) if self.waiting and has_room else self.deadline

    def _settle(self, answer: Answer) -> Outcome | None:
        """Give the outcome that the answer decides, or None if the delivery goes on."""
        attempt: _Attempt = answer.tag
        fate = _fate(answer.status)
        if fate is Fate.TRANSIENT:
            return self._retry(attempt, answer.reason)
        self.limit.succeeded()
        if fate is Fate.DELIVERED:
            return self._advance(attempt)
        attempt.reason = answer.reason
        if answer.status == TOO_LARGE:  # this frame's fault: others may still fit
            attempt.refused += (attempt.settled,)
            return self._advance(attempt)
        return attempt.ended(fate)

    def _advance(self, attempt: _Attempt) -> Outcome | None:
        attempt.settled += 1
        if attempt.settled == len(attempt.delivery.frames):
            return attempt.ended(Fate.PERMANENT if attempt.refused else Fate.DELIVERED)
        attempt.failures = 0
        self._wait(attempt, self.clock())
        return None

    def _retry(self, attempt: _Attempt, reason: str) -> Outcome | None:
        now = self.clock()
        self.limit.congested(now)
        attempt.reason = reason
        attempt.failures += 1
        shortest, longest = RETRY_WAIT_SECONDS
        due = now + shortest + self.random() * (longest - shortest)
        if attempt.failures > self.retries or due >= self.deadline:
            return attempt.ended(Fate.TRANSIENT)
        self._wait(attempt, due)
        return None

    def _wait(self, attempt: _Attempt, due: float) -> None:
        self.waited += 1
        heapq.heappush(self.waiting, (due, self.waited, attempt))

    def _finish(self) -> Iterator[Outcome]:
        """Take in what is in flight; what waits, and what was never pulled, has run out of time."""
        while self.gateway.in_flight:
            for answer in self.gateway.answers(POST_TIMEOUT_SECONDS):
                if outcome := self._settle(answer):
                    yield outcome
        for _, _, attempt in self.waiting:
            attempt.reason = attempt.reason or OUT_OF_TIME
            yield attempt.ended(Fate.TRANSIENT)
        while delivery := self._pull():
            yield Outcome(delivery, Fate.UNTOUCHED, 0, (), OUT_OF_TIME)


def _fate(status: int | None) -> Fate:
    match status:
        case 200 | 204:
            return Fate.DELIVERED
        case 410:
            return Fate.GONE
        case None | 408 | 429:
            return Fate.TRANSIENT
        case _:
            return Fate.TRANSIENT if status >= SERVER_ERRORS else Fate.PERMANENT
