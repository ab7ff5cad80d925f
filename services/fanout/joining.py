"""Takes jobs from a slice queue while a round of posts goes on: they join it where it is."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from services.fanout.background import result_of
from services.fanout.drain import CALLS_AT_ONCE, HOLD_SECONDS, as_record
from services.fanout.queues import BATCH_LIMIT_ENTRIES
from services.fanout.records import Poison, Record, read_record
from services.fanout.worker import Worker

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

JOINING_SECONDS = 6.0  # by half more or less, so that the two workers of a queue do not stop together


class Joining:
    """What comes to the queue of a batch that is being posted.

    Attributes:
        taken: all that was taken, as Lambda gives records; SQS is to forget what is settled of it.
        poisons: what of it is no job.
    """

    def __init__(self, source: str, room_for: int, worker: Worker, until: float) -> None:
        """Begin with the batch.

        Args:
            source: ARN of the queue.
            room_for: how many records may still be taken.
            worker: what to take them with.
            until: end of posting, in seconds of the monotonic clock. Nothing joins after half of the time, so
                that what joined last can still go round.
        """
        now = worker.monotonic()
        self.taken: list[Mapping[str, Any]] = []
        self.poisons: list[Poison] = []
        self._source = source
        self._limit = room_for
        self._worker = worker
        self._until = until
        self._last_at = min((now + until) / 2, now + JOINING_SECONDS * (0.5 + worker.random()))
        self._next_at = now + HOLD_SECONDS
        self._calls: list[Future[list[MessageTypeDef]]] = []
        self._wanted = 1

    def is_asking(self, now: float) -> bool:
        """Tell whether a call to SQS may still bring something."""
        return bool(self._calls) and now < self._until

    def arrived(self, now: float, *, ask: bool) -> list[Record]:
        """Return what has come since; ask for more if it is time to, and `ask` says so."""
        if self._calls:
            return self._answered(now) if all(call.done() for call in self._calls) else []
        if ask and self._next_at <= now < self._last_at and len(self.taken) < self._limit:
            name = self._source.rsplit(":", 1)[-1]
            receive = self._worker.queues.receive
            self._calls = [self._worker.sending.submit(receive, name) for _ in range(self._wanted)]
        return []

    def _answered(self, now: float) -> list[Record]:
        found = [result_of(call) or [] for call in self._calls]
        self._calls = []
        is_more = any(len(messages) == BATCH_LIMIT_ENTRIES for messages in found)
        self._wanted, self._next_at = (CALLS_AT_ONCE, now) if is_more else (1, now + HOLD_SECONDS)
        raw = [as_record(message, self._source) for messages in found for message in messages]
        self.taken += raw
        records = [read_record(each) for each in raw]
        self.poisons += [each for each in records if isinstance(each, Poison)]
        return [each for each in records if isinstance(each, Record)]
