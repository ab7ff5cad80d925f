"""Hands slices of a large room on to all workers."""

from collections.abc import Iterable, Iterator

from services.fanout.queues import BATCH_LIMIT_ENTRIES, Posting, Queues
from services.fanout.records import Record
from shared.jobs import DeliveryJob, Target, shard_of
from shared.stores.connections import Member


class ScatterFailed(Exception):
    """SQS did not take all slices of a room."""


def scatter(slices: Iterable[list[Member]], records: list[Record], queues: Queues) -> int:
    """Sends each slice as jobs of its own, turn by turn over all shard queues; how many slices there were.

    A slice's jobs, one a message, go to the same queue, so that the worker that gets them can coalesce them.

    Raises:
        ScatterFailed: SQS did not take them all.
        RateLimited, Unavailable: from `slices`.
    """
    width = 0
    waiting: list[Posting] = []
    # The own shard last: its worker is busy with the first slice.
    first = shard_of(records[0].job.message.room_id, queues.shards) + 1
    for width, members in enumerate(slices, start=1):
        waiting.extend(_postings(members, records, (first + width - 1) % queues.shards))
        # Enough to fill the batch calls of all shards; more would only take memory.
        if width % (queues.shards * BATCH_LIMIT_ENTRIES) == 0:
            _send(waiting, queues)
            waiting = []
    _send(waiting, queues)
    return width


def _postings(members: list[Member], records: list[Record], shard: int) -> Iterator[Posting]:
    targets = tuple(Target.of(member) for member in members)
    for record in records:
        theirs = tuple(target for target in targets if target.connection_id != record.job.exclude)
        job = DeliveryJob(message=record.job.message, targets=theirs, attempt=record.job.attempt)
        yield Posting(job, shard, record.accepted_at, trace_header=record.trace_header)


def _send(postings: list[Posting], queues: Queues) -> None:
    if lost := queues.send(postings):
        raise ScatterFailed(f"{len(lost)} jobs were not taken")
