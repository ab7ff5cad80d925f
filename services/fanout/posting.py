"""Posting frames to connections: as many at a time as the far end takes, within a deadline."""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol

from services.fanout.delivery import C, Delivery, Fate, Outcome, Trial
from services.fanout.pace import Pace
from shared.aws.callback import ACCEPTED, Answer, Frame
from shared.aws.failures import TIMED_OUT

POST_TIMEOUT_SECONDS = 2.0  # fifty times what a healthy post takes; the others of the batch wait for it
SLOW_SECONDS = 0.25  # a post that takes longer no longer holds up others
RETRIES = 2  # in place, of one frame; what still fails is for settlement
RETRY_WAIT_SECONDS = (0.05, 0.25)  # lets a full client buffer drain a little, short against an invocation
THROTTLED_RETRIES = 10  # while the account is throttled, which is not the connection's fault
POLL_SECONDS = 0.005  # how long a source that has nothing yet may be left alone
GONE = 410
TOO_LARGE = 413
TOO_MANY = 429
CLOSING = Frame.of(b"")  # a delivery has a frame; one that closes its connection says nothing
OUT_OF_TIME = "out of time"


class SupportsCallbacks(Protocol):
    """What delivery needs of `shared.aws.callback.CallbackClient`."""

    @property
    def capacity(self) -> int:
        """How many requests can be in flight."""

    @property
    def in_flight(self) -> int:
        """How many requests are begun and not yet answered."""

    def post(self, connection_id: str, frame: Frame, *, timeout_seconds: float, tag: object) -> None:
        """Begin to post a frame."""

    def close(self, connection_id: str, *, timeout_seconds: float, tag: object) -> None:
        """Begin to close a connection."""

    def answers(self, wait_seconds: float) -> list[Answer]:
        """Wait until at least one request has ended or `wait_seconds` are over; return those ended."""

    def abandon(self) -> None:
        """Forget all requests in flight."""


def deliver(
    deliveries: Iterable[Delivery[C] | None],
    client: SupportsCallbacks,
    *,
    pace: Pace,
    deadline: float,
    clock: Callable[[], float],
    random: Callable[[], float],
    retries: int = RETRIES,
) -> Iterator[Outcome[C]]:
    """Post every delivery and yield its outcome as it comes, in no particular order.

    Deliveries are pulled only as there is room to post them: a paged source overlaps with posting and is
    never held whole. Neither the source nor the consumer may block for long, because nothing is sent or
    received meanwhile and time-outs run on; a source that has nothing yet yields None and is asked again, but
    after the deadline it has to come to its end.

    Args:
        deliveries: what to post, each to one connection; None where nothing is known yet.
        client: what to post with; this call has it for itself.
        pace: how many posts may be in flight and begin a second.
        deadline: by `clock`; nothing begins after it, and what is in flight has ended by it. Deliveries not
            begun come out untouched, those not yet pulled included.
        clock: monotonic seconds.
        random: from 0 up to 1, the jitter of retries.
        retries: in place, of one frame.

    Raises:
        Exception: what `deliveries` raised, once all that was pulled before has had its outcome.
    """

    def post(attempt: _Attempt[C], timeout_seconds: float) -> None:
        delivery = attempt.delivery
        frame = delivery.frames[attempt.settled]
        client.post(delivery.connection_id, frame, timeout_seconds=timeout_seconds, tag=attempt)

    return _Run(iter(deliveries), post, client, pace, deadline, clock, random, retries).outcomes()


def disconnect(
    connection_ids: Iterable[str],
    client: SupportsCallbacks,
    *,
    pace: Pace,
    deadline: float,
    clock: Callable[[], float],
    random: Callable[[], float],
) -> Iterator[Outcome[None]]:
    """Close connections; everything else as in `deliver`. `DELIVERED` and `GONE` both mean: closed now."""

    def close(attempt: _Attempt[None], timeout_seconds: float) -> None:
        client.close(attempt.delivery.connection_id, timeout_seconds=timeout_seconds, tag=attempt)

    closings = (Delivery(connection_id, (CLOSING,), None, Trial.LAST) for connection_id in connection_ids)
    return _Run(closings, close, client, pace, deadline, clock, random, RETRIES).outcomes()


@dataclass(slots=True, eq=False)
class _Attempt(Generic[C]):
    """A delivery under way."""

    delivery: Delivery[C]
    settled: int = 0
    refused: tuple[int, ...] = ()
    failures: int = 0
    throttled: int = 0
    reason: str = ""
    status: int | None = None
    begun: float | None = None  # None while no post of it is in flight
    is_cut_short: bool = False  # by the deadline, so that its silence proves nothing
    is_slow: bool = False

    @property
    def is_first_try(self) -> bool:
        return not (self.failures or self.throttled or self.delivery.trial)

    def ended(self, fate: Fate) -> Outcome[C]:
        return Outcome(self.delivery, fate, self.settled, self.refused, self.reason, self.status)


@dataclass(slots=True)
class _Run(Generic[C]):
    """One pass over a source of deliveries."""

    source: Iterator[Delivery[C] | None]
    begin: Callable[[_Attempt[C], float], None]
    client: SupportsCallbacks
    pace: Pace
    deadline: float
    clock: Callable[[], float]
    random: Callable[[], float]
    retries: int
    exhausted: bool = False
    idle: bool = False  # the source has nothing yet
    error: Exception | None = None
    waiting: list[tuple[float, int, _Attempt[C]]] = field(default_factory=list)  # a heap by when to go on
    waited: int = 0  # first come first among equal times
    begun: deque[tuple[float, _Attempt[C]]] = field(default_factory=deque)  # in order, until slow or ended
    slow: int = 0
    avoided: list[Outcome[C]] = field(default_factory=list)

    def outcomes(self) -> Iterator[Outcome[C]]:
        client = self.client
        try:
            while (now := self.clock()) < self.deadline:
                self._set_slow_aside(now)
                self._fill(now)
                yield from self._take_avoided()
                if self.exhausted and not client.in_flight and not self.waiting:
                    break
                answers = client.answers(self._next_due(now) - now)
                if answers:
                    yield from self._settled(answers)
            yield from self._finish()
        finally:
            if client.in_flight:  # the consumer left early: these answers are not for the next run
                client.abandon()
        if self.error:
            raise self.error

    def _set_slow_aside(self, now: float) -> None:
        begun = self.begun
        while begun and (begun[0][0] + SLOW_SECONDS <= now or begun[0][1].begun != begun[0][0]):
            at, attempt = begun.popleft()
            if attempt.begun == at:
                attempt.is_slow = True
                self.slow += 1

    def _room(self) -> int:
        in_flight = self.client.in_flight
        return min(self.pace.in_flight - in_flight + self.slow, self.client.capacity - in_flight)

    def _fill(self, now: float) -> None:
        timeout = min(POST_TIMEOUT_SECONDS, self.deadline - now)
        is_cut_short = timeout < POST_TIMEOUT_SECONDS
        self.idle = False
        begun = 0
        for _ in range(int(min(self._room(), self.pace.may_begin(now)))):
            attempt = self._next_attempt(now)
            if attempt is None:
                break
            attempt.begun = now
            attempt.is_cut_short = is_cut_short
            self.begun.append((now, attempt))
            self.begin(attempt, timeout)
            begun += 1
        self.pace.began(begun)

    def _next_attempt(self, now: float) -> _Attempt[C] | None:
        if self.waiting and self.waiting[0][0] <= now:
            return heapq.heappop(self.waiting)[2]
        while delivery := self._pull():
            attempt = _Attempt(delivery)
            if delivery.trial is Trial.LAST or not self.pace.is_silent(delivery.connection_id, now):
                return attempt
            attempt.reason = TIMED_OUT
            self.avoided.append(attempt.ended(Fate.TRANSIENT))
        return None

    def _take_avoided(self) -> list[Outcome[C]]:
        """Give the outcomes of deliveries to connections that have just let a post time out."""
        avoided, self.avoided = self.avoided, []
        return avoided

    def _pull(self) -> Delivery[C] | None:
        if self.exhausted:
            return None
        try:
            delivery = next(self.source)
        except StopIteration:
            self.exhausted = True
            return None
        except Exception as error:  # the source's own, raised again when all that was pulled has ended
            self.error = error
            self.exhausted = True
            return None
        self.idle = delivery is None
        return delivery

    def _next_due(self, now: float) -> float:
        """Return when something could begin, or a post be set aside, without a further answer."""
        if self._room() <= 0:
            next_slow = self.begun[0][0] + SLOW_SECONDS if self.begun else self.deadline
            return min(next_slow, self.deadline)
        due = self.deadline
        if self.idle:
            due = now + POLL_SECONDS
        elif not self.exhausted:
            due = now
        if self.waiting:
            due = min(due, self.waiting[0][0])
        return min(max(due, now + self.pace.next_token_seconds()), self.deadline)

    def _settled(self, answers: list[Answer]) -> Iterator[Outcome[C]]:
        """Give the outcomes that answers decide."""
        now = self.clock()
        accepted = first_tries = 0
        for answer in answers:
            attempt: _Attempt[C] = answer.tag
            attempt.begun = None
            if attempt.is_slow:
                attempt.is_slow = False
                self.slow -= 1
            if answer.status in ACCEPTED:
                accepted += 1
                first_tries += attempt.is_first_try
                outcome = self._advance(attempt, now)
            else:
                outcome = self._refused(attempt, answer, now)
            if outcome:
                yield outcome
        if accepted:
            self.pace.accepted(now, accepted, first_tries=first_tries)

    def _refused(self, attempt: _Attempt[C], answer: Answer, now: float) -> Outcome[C] | None:
        """Give the outcome that the answer decides, or None if the delivery goes on."""
        attempt.reason, attempt.status = answer.reason, answer.status
        if answer.status == GONE:
            return attempt.ended(Fate.GONE)
        if answer.status == TOO_LARGE:  # this frame's fault: others may still fit
            attempt.refused += (attempt.settled,)
            return self._advance(attempt, now)
        return self._failed(attempt, now)

    def _advance(self, attempt: _Attempt[C], now: float) -> Outcome[C] | None:
        attempt.settled += 1
        if attempt.settled == len(attempt.delivery.frames):
            return attempt.ended(Fate.DELIVERED)
        attempt.failures = attempt.throttled = 0
        self._wait(attempt, now)
        return None

    def _failed(self, attempt: _Attempt[C], now: float) -> Outcome[C] | None:
        is_first = attempt.is_first_try
        if attempt.status == TOO_MANY:
            self.pace.throttled(attempt.delivery.connection_id, now, first_try=is_first)
            if self.pace.is_throttled(now):
                return self._yield_to_limit(attempt, now)
        elif attempt.reason == TIMED_OUT:  # to ask it again at once would hold up the batch for nothing
            if attempt.is_cut_short:
                return attempt.ended(_unfinished(attempt))
            self.pace.timed_out(attempt.delivery.connection_id, now)
            return attempt.ended(Fate.TRANSIENT)
        else:
            self.pace.failed(attempt.delivery.connection_id, now, first_try=is_first)
        attempt.failures += 1
        due = now + self._jittered_wait(1)
        if attempt.failures > self.retries or due >= self.deadline:
            return attempt.ended(Fate.TRANSIENT)
        self._wait(attempt, due)
        return None

    def _yield_to_limit(self, attempt: _Attempt[C], now: float) -> Outcome[C] | None:
        """Wait for the account's limit; not an attempt at the connection."""
        attempt.throttled += 1
        due = now + self._jittered_wait(min(attempt.throttled, 4))
        if attempt.throttled > THROTTLED_RETRIES or due >= self.deadline:
            return attempt.ended(_unfinished(attempt))
        self._wait(attempt, due)
        return None

    def _jittered_wait(self, times: int) -> float:
        shortest, longest = RETRY_WAIT_SECONDS
        return times * (shortest + self.random() * (longest - shortest))

    def _wait(self, attempt: _Attempt[C], due: float) -> None:
        self.waited += 1
        heapq.heappush(self.waiting, (due, self.waited, attempt))

    def _finish(self) -> Iterator[Outcome[C]]:
        """Take in what is in flight; what waits, and what was never pulled, has run out of time."""
        while self.client.in_flight:
            yield from self._settled(self.client.answers(POST_TIMEOUT_SECONDS))
        for _, _, attempt in self.waiting:
            attempt.reason = attempt.reason or OUT_OF_TIME
            yield attempt.ended(_unfinished(attempt))
        while not self.exhausted:
            if delivery := self._pull():
                yield Outcome(delivery, Fate.UNTOUCHED, 0, (), OUT_OF_TIME)


def _unfinished(attempt: _Attempt[C]) -> Fate:
    """Say whether a delivery that time ran out for has had an attempt of its own."""
    return Fate.TRANSIENT if attempt.failures else Fate.UNTOUCHED
