"""What becomes of a record once its posts are over. Pure: it decides, `batch` acts."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.fanout.records import Record
from shared.jobs import DeliveryJob, Target
from shared.stores.connections import Member

# After that many attempts a connection is closed instead. Not above the queues' maxReceiveCount, or SQS would
# give up first.
MAX_ATTEMPTS = 5

BACK_OFF_BASE_SECONDS = 1
BACK_OFF_CAP_SECONDS = 60


@dataclass(slots=True)
class Tally:
    """What is known of a record's targets.

    Counts are of targets that need nothing more; `scattered` is of slices that are now jobs of their own.
    `complete` is false if some targets could be neither found nor handed on. `last_delivered_at` is epoch ms.
    """

    delivered: int = 0
    gone: int = 0
    refused: int = 0
    closed: int = 0
    scattered: int = 0
    failed: list[Member] = field(default_factory=list)
    untouched: list[Member] = field(default_factory=list)
    complete: bool = True
    last_delivered_at: int | None = None
    reasons: set[str] = field(default_factory=set)

    @property
    def progressed(self) -> bool:
        """Whether fewer targets are left than there were."""
        return self.delivered + self.gone + self.refused + self.closed + self.scattered > 0


@dataclass(frozen=True, slots=True)
class Done:
    """Nobody is left to serve."""


@dataclass(frozen=True, slots=True)
class Residual:
    """A job for those who are left goes onto the queue, then the record is done."""

    job: DeliveryJob
    delay_seconds: int


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """A job for those who are left goes to the dead-letter queue, then the record is done."""

    job: DeliveryJob
    reason: str


@dataclass(frozen=True, slots=True)
class Return:
    """Nothing worked: SQS is to deliver the record again later, or to dead-letter it."""

    delay_seconds: int


Settlement = Done | Residual | Undeliverable | Return


def to_close(record: Record, tally: Tally) -> list[Member]:
    """The members whose attempts are used up: closed, they reconnect and catch up from history."""
    return list(tally.failed) if record.attempts >= MAX_ATTEMPTS else []


def settle(record: Record, tally: Tally, random: Callable[[], float]) -> Settlement:
    """Decides on a record, after what was `to_close` has been closed or has stayed in `failed`.

    A residual job has strictly fewer targets than its parent; where there is no progress SQS keeps the job
    and counts, so that attempts are bounded either way. `random` gives numbers from 0 to 1.
    """
    if tally.complete and not tally.failed and not tally.untouched:
        return Done()
    if not tally.complete or not tally.progressed:
        return Return(back_off_seconds(record.receive_count, random))
    if tally.failed and record.attempts >= MAX_ATTEMPTS:
        job = _narrowed(record, [*tally.failed, *tally.untouched], record.attempts)
        return Undeliverable(job, f"not delivered and not closed after {record.attempts} attempts")
    if tally.failed:
        job = _narrowed(record, [*tally.failed, *tally.untouched], record.attempts)
        return Residual(job, back_off_seconds(record.attempts, random))
    return Residual(_narrowed(record, tally.untouched, record.job.attempt), 0)


def back_off_seconds(attempts: int, random: Callable[[], float]) -> int:
    """Exponential, capped, with equal jitter: from half of the step to all of it, a second at least."""
    step = min(float(BACK_OFF_CAP_SECONDS), BACK_OFF_BASE_SECONDS * 2.0**attempts)
    return max(1, round(step / 2 + random() * step / 2))


def _narrowed(record: Record, members: list[Member], attempt: int) -> DeliveryJob:
    targets = tuple(Target.of(member) for member in members)
    return DeliveryJob(message=record.job.message, targets=targets, attempt=attempt)
