"""Hands slices of a large room on to all workers."""

from collections.abc import Iterable, Iterator

from services.fanout.queues import BATCH_LIMIT_ENTRIES, Posting, Queues
from services.fanout.records import Record
from shared.jobs import DeliveryJob, Outgoing, Target, shard_of
from shared.stores.connections import Member

JOB_LIMIT_BYTES = 256 * 1024  # of messages; SQS takes 1 MiB, and three to a call are still few calls


class ScatterFailed(Exception):
    """SQS did not take all slices of a room."""


def scatter(
    slices: Iterable[list[Member]], records: list[Record], queues: Queues, until: float, *, found_at: int
) -> int:
    """Send each slice as a job with all messages, turn by turn over all slice queues; how many there were.

    `found_at` is when the members were found, epoch ms.

    Raises:
        ScatterFailed: SQS did not take them all by `until`, in seconds of the monotonic clock.
        RateLimited, Unavailable: from `slices`.
    """
    width = 0
    waiting: list[Posting] = []
    # A slice of the same members goes to the same queue, where it meets those of other messages.
    first = shard_of(records[0].job.room_id, queues.shards) + 1
    jobs = list(_whole_room_jobs(records))
    for width, members in enumerate(slices, start=1):
        shard = (first + width - 1) % queues.shards
        waiting.extend(Posting(_narrowed(job, members, found_at), shard, lane="slice") for job in jobs)
        # Enough to fill the batch calls of all shards; more would only take memory.
        if width % (queues.shards * BATCH_LIMIT_ENTRIES) == 0:
            _send(waiting, queues, until)
            waiting = []
    _send(waiting, queues, until)
    return width


def _whole_room_jobs(records: list[Record]) -> Iterator[DeliveryJob]:
    """Yield a job for all messages, or a few if they are large; what is no message has jobs of its own."""
    for of_messages in (True, False):
        if alike := [record for record in records if record.job.is_of_messages is of_messages]:
            yield from _jobs_of(alike)


def _jobs_of(records: list[Record]) -> Iterator[DeliveryJob]:
    outgoing: dict[str, Outgoing] = {}
    for record in records:
        for each in record.job.outgoing:
            outgoing.setdefault(each.message.sort_key, each)
    attempt = max(record.job.attempt for record in records)
    hops = max(record.job.hops for record in records) + 1
    part: list[Outgoing] = []
    size = 0
    for each in outgoing.values():
        added = len(each.model_dump_json())
        if part and size + added > JOB_LIMIT_BYTES:
            yield DeliveryJob(outgoing=tuple(part), attempt=attempt, hops=hops)
            part, size = [], 0
        part.append(each)
        size += added
    yield DeliveryJob(outgoing=tuple(part), attempt=attempt, hops=hops)


def _narrowed(job: DeliveryJob, members: list[Member], found_at: int) -> DeliveryJob:
    targets = tuple(
        Target.of(member)
        for member in members
        if any(each.exclude != member.connection_id for each in job.outgoing)
    )
    return job.model_copy(update={"targets": targets, "found_at": found_at})


def _send(postings: list[Posting], queues: Queues, until: float) -> None:
    if lost := queues.send(postings, until):
        raise ScatterFailed(f"{len(lost)} jobs were not taken")
