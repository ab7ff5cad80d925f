"""What becomes of a record once its posts are over. Pure: it decides, `batch` acts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from services.fanout.records import MAX_ATTEMPTS, Item, Record
from shared.jobs import DeliveryJob, Target
from shared.stores.connections import Member

# A job that nothing fails for is sent on once, when it is scattered; one that fails, MAX_ATTEMPTS times more.
# The rest is for members that time or the rate did not suffice for.
MAX_HOPS = 30

BACK_OFF_BASE_SECONDS = 1
BACK_OFF_CAP_SECONDS = 60


@dataclass(slots=True)
class Tally:
    """What is known of the targets of one message. Counts are of those that need nothing more.

    `last_delivered_at` is epoch ms.
    """

    delivered: int = 0
    gone: int = 0
    refused: int = 0
    closed: int = 0
    failed: list[Member] = field(default_factory=list)
    untouched: list[Member] = field(default_factory=list)
    last_delivered_at: int | None = None
    reasons: set[str] = field(default_factory=set)


@dataclass(slots=True)
class RecordTally:
    """What is known of a record: a tally for each of its messages.

    `scattered` counts slices that are now jobs of their own. `complete` is false if some targets could be
    neither found nor handed on.
    """

    messages: dict[Item, Tally]
    scattered: int = 0
    complete: bool = True

    @property
    def progressed(self) -> bool:
        """Whether less is left than there was."""
        settled = sum(t.delivered + t.gone + t.refused + t.closed for t in self.messages.values())
        return settled + self.scattered > 0

    @property
    def failed(self) -> dict[Member, list[Item]]:
        """Return the members that failed, each with the messages that it lacks."""
        return _by_member((item, tally.failed) for item, tally in self.messages.items())

    @property
    def untouched(self) -> dict[Member, list[Item]]:
        """Return the members that were not tried, each with the messages that it lacks."""
        return _by_member((item, tally.untouched) for item, tally in self.messages.items())


@dataclass(frozen=True, slots=True)
class Residual:
    """A job for those who are left; it goes onto the queue."""

    job: DeliveryJob
    delay_seconds: int


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """A job for those who are left; it goes to the dead-letter queue."""

    job: DeliveryJob
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The record is over once its residual jobs and dead letters are on their queues."""

    residuals: tuple[Residual, ...] = ()
    undeliverable: tuple[Undeliverable, ...] = ()


@dataclass(frozen=True, slots=True)
class Return:
    """Nothing worked: SQS is to deliver the record again later, or to dead-letter it."""

    delay_seconds: int


Settlement = Done | Return


def to_close(record: Record, tally: RecordTally) -> dict[Member, list[Item]]:
    """Return the members whose attempts are used up: closed, they reconnect and catch up from history."""
    return tally.failed if record.attempts >= MAX_ATTEMPTS else {}


def settle(record: Record, tally: RecordTally, random: Callable[[], float]) -> Settlement:
    """Decide on a record, after what was `to_close` has been closed or has stayed in `failed`.

    Residual jobs have strictly fewer targets than their parent, or an attempt or a hop more. Those not tried
    are always split off, and no attempt is counted. `random` gives numbers from 0 to 1.
    """
    failed, untouched = tally.failed, tally.untouched
    if not tally.complete:
        return Return(back_off_seconds(record.receive_count, random))
    used_up = record.attempts >= MAX_ATTEMPTS
    if failed and not used_up and not untouched and not tally.progressed:
        return Return(back_off_seconds(record.receive_count, random))
    residuals: list[Residual] = []
    undeliverable: list[Undeliverable] = []
    for job in _narrowed(record, failed, record.attempts):
        if used_up:
            reason = f"not delivered and not closed after {record.attempts} attempts"
            undeliverable.append(Undeliverable(job, reason))
        else:
            residuals.append(Residual(job, back_off_seconds(record.attempts, random)))
    for job in _narrowed(record, untouched, record.job.attempt):
        if record.job.hops >= MAX_HOPS:
            undeliverable.append(Undeliverable(job, f"not reached within {record.job.hops} hops"))
        else:
            delay = 0 if tally.progressed else back_off_seconds(1, random)
            residuals.append(Residual(job, delay))
    return Done(tuple(residuals), tuple(undeliverable))


def back_off_seconds(attempts: int, random: Callable[[], float]) -> int:
    """Exponential, capped, with equal jitter: from half of the step to all of it, a second at least."""
    step = min(float(BACK_OFF_CAP_SECONDS), BACK_OFF_BASE_SECONDS * 2.0**attempts)
    return max(1, round(step / 2 + random() * step / 2))


def _by_member(lacking: Iterable[tuple[Item, list[Member]]]) -> dict[Member, list[Item]]:
    members: dict[Member, list[Item]] = {}
    for item, those in lacking:
        for member in those:
            members.setdefault(member, []).append(item)
    return members


def _narrowed(record: Record, lacking: dict[Member, list[Item]], attempt: int) -> list[DeliveryJob]:
    """Return a job for each set of messages that some of the members lack."""
    groups: dict[tuple[Item, ...], list[Target]] = {}
    for member, items in lacking.items():
        groups.setdefault(tuple(items), []).append(Target.of(member))
    return [
        DeliveryJob(
            outgoing=tuple(item.outgoing for item in items),
            targets=tuple(targets),
            attempt=attempt,
            hops=record.job.hops + 1,
        )
        for items, targets in groups.items()
    ]
