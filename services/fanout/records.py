"""SQS records, read as jobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.fanout.delivery import Trial
from shared.jobs import DeliveryJob, EphemeralJob, NotAJob, Outgoing, read_job
from shared.protocol.message import Message

# After that many attempts a connection is closed instead. Not above the queues' maxReceiveCount, or SQS would
# give up first.
MAX_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One message of one record; each has an account of its own.

    `found_at`: when the record's targets were found in the room, epoch ms; 0 if they have to be looked up.
    """

    outgoing: Outgoing
    trial: Trial
    found_at: int = 0

    @property
    def message(self) -> Message:
        """What is to be delivered."""
        return self.outgoing.message

    @property
    def trace_id(self) -> str | None:
        """The trace in which the message was sent; the worker's own is another one."""
        if self.outgoing.trace_header is None:
            return None
        fields = dict(part.partition("=")[::2] for part in self.outgoing.trace_header.split(";"))
        return fields.get("Root")


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A job as SQS handed it over. `receive_count` counts from 1."""

    record_id: str
    queue_name: str
    receipt_handle: str
    receive_count: int
    job: DeliveryJob
    items: tuple[Item, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Make the items: one for each message."""
        trial = Trial.AGAIN if self.job.attempt else Trial.FIRST
        if self.attempts >= MAX_ATTEMPTS:
            trial = Trial.LAST
        found_at = self.job.found_at or 0
        items = tuple(Item(outgoing, trial, found_at) for outgoing in self.job.outgoing)
        object.__setattr__(self, "items", items)

    @property
    def attempts(self) -> int:
        """The attempts that the job's targets have behind them once this one is over."""
        return self.job.attempt + self.receive_count


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """A record with an event: done with, whatever becomes of it."""

    record_id: str
    job: EphemeralJob


@dataclass(frozen=True, slots=True)
class Poison:
    """A record that is no job, and never will be."""

    record_id: str
    body: str
    reason: str


def read_record(raw: Mapping[str, Any]) -> Record | Ephemeral | Poison:
    """Read one entry of `Records` in a Lambda SQS event."""
    try:
        job = read_job(raw["body"])
    except NotAJob as error:
        return Poison(raw["messageId"], raw["body"], str(error))
    if isinstance(job, EphemeralJob):
        return Ephemeral(raw["messageId"], job)
    return Record(
        record_id=raw["messageId"],
        queue_name=raw["eventSourceARN"].rsplit(":", 1)[-1],
        receipt_handle=raw["receiptHandle"],
        receive_count=int(raw["attributes"]["ApproximateReceiveCount"]),
        job=_with_attributes(job, raw),
    )


def _with_attributes(job: DeliveryJob, raw: Mapping[str, Any]) -> DeliveryJob:
    """Write into the job what the topic carries beside it, so that it goes on with every message."""
    if len(job.outgoing) > 1 or job.outgoing[0].accepted_at is not None:
        return job
    attribute = raw.get("messageAttributes", {}).get("acceptedAt", {}).get("stringValue", "")
    told = {
        "accepted_at": int(attribute) if attribute.isdecimal() else None,
        "trace_header": job.outgoing[0].trace_header or raw["attributes"].get("AWSTraceHeader"),
    }
    return job.model_copy(update={"outgoing": (job.outgoing[0].model_copy(update=told),)})
