"""SQS records, read as jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.jobs import DeliveryJob, EphemeralJob, NotAJob, read_job


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A job as SQS handed it over.

    `receive_count` counts from 1. `accepted_at` is the epoch ms at which the message was accepted, if known;
    `trace_header` is the X-Ray header of whoever sent it, if that is traced.
    """

    record_id: str
    queue_name: str
    receipt_handle: str
    receive_count: int
    accepted_at: int | None
    job: DeliveryJob
    trace_header: str | None = None

    @property
    def trace_id(self) -> str | None:
        """The trace in which the message was sent; the worker's own is another one."""
        if self.trace_header is None:
            return None
        fields = dict(field.partition("=")[::2] for field in self.trace_header.split(";"))
        return fields.get("Root")

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
    """One entry of `Records` in a Lambda SQS event."""
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
        accepted_at=_accepted_at(raw),
        job=job,
        trace_header=raw["attributes"].get("AWSTraceHeader"),
    )


def _accepted_at(raw: Mapping[str, Any]) -> int | None:
    attribute = raw.get("messageAttributes", {}).get("acceptedAt", {}).get("stringValue", "")
    return int(attribute) if attribute.isdecimal() else None
