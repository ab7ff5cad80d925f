"""One batch of records from a shard queue: audience, delivery, settlement."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from services.fanout.audience import Audience
from services.fanout.delivery import Delivery, Fate, Outcome
from services.fanout.ledger import Ledger, rooms_of
from services.fanout.queues import Posting, Queues, QueueUnavailable
from services.fanout.records import Poison, Record
from services.fanout.report import Report
from services.fanout.routing import Router
from services.fanout.settlement import Residual, Return, Settlement, Undeliverable, settle, to_close
from shared.jobs import shard_of
from shared.stores.connections import Connections, Member

# Queries of rooms, scatters and deletions run beside the posts, which have the main thread.
_BACKGROUND_THREADS = 8


@dataclass(frozen=True, slots=True)
class Worker:
    """What batches are worked with; it lives across warm invocations.

    `post` and `disconnect` take a deadline in seconds of `time.monotonic`. `slice_size` is the most members
    of a room that one worker posts to; the others are scattered.
    """

    connections: Connections
    queues: Queues
    post: Callable[[Iterable[Delivery], float], Iterator[Outcome]]
    disconnect: Callable[[Iterable[str], float], Iterator[Outcome]]
    slice_size: int


def deliver_batch(records: list[Record], worker: Worker, report: Report, deadline: float) -> list[str]:
    """Brings the messages of a batch to their members; the ids of the records that SQS is to keep."""
    ledger = Ledger(records, lambda: int(time.time() * 1000))
    with ThreadPoolExecutor(_BACKGROUND_THREADS) as background:
        sizes = _post(records, worker, ledger, background, deadline)
        _close(records, worker, ledger, background, deadline)
    for size in sizes:
        report.audience_found(size)
    settlements = [(record, settle(record, ledger.of(record), random.random)) for record in records]
    for record, settlement in settlements:
        report.settled(record, ledger.of(record), settlement)
    return _carry_out(settlements, worker.queues)


def bury(poisons: list[Poison], worker: Worker, report: Report) -> list[str]:
    """Dead-letters what is no job, at once and with its reason; the ids of those that SQS is to keep."""
    kept = []
    for poison in poisons:
        if _dead_letter(poison.body, poison.reason, worker.queues):
            report.poison(poison)
        else:
            kept.append(poison.record_id)
    return kept


def _post(
    records: list[Record], worker: Worker, ledger: Ledger, background: Executor, deadline: float
) -> list[int]:
    """How many connections each room has whose audience was found and served."""
    router = Router(records)
    audience = Audience(
        router.rooms,
        connections=worker.connections,
        queues=worker.queues,
        slice_size=worker.slice_size,
        background=background,
    )
    for outcome in worker.post(_deliveries(router, audience), deadline):
        ledger.book(outcome)
        if outcome.fate is Fate.GONE:
            for room in rooms_of(outcome):
                background.submit(
                    worker.connections.remove_gone, outcome.delivery.connection_id, room, time.time()
                )
    sizes = []
    for room, width in audience.scattered():
        if width is not None:
            sizes.append(audience.size_of(room))
        for record in router.rooms[room]:
            ledger.book_scattered(record, width)
    return sizes


def _deliveries(router: Router, audience: Audience) -> Iterator[Delivery]:
    for room, members in audience.first_slices():
        yield from router.to_members(room, members)
    yield from router.to_others()


def _close(
    records: list[Record], worker: Worker, ledger: Ledger, background: Executor, deadline: float
) -> None:
    hopeless: dict[str, list[tuple[Member, Record]]] = {}
    for record in records:
        for member in to_close(record, ledger.of(record)):
            hopeless.setdefault(member.connection_id, []).append((member, record))
    for outcome in worker.disconnect(hopeless, deadline):
        if outcome.fate not in (Fate.DELIVERED, Fate.GONE):
            continue
        for member, record in hopeless[outcome.delivery.connection_id]:
            ledger.book_closed(member, record)
            background.submit(worker.connections.remove, member.connection_id, record.job.message.room_id)


def _carry_out(settlements: list[tuple[Record, Settlement]], queues: Queues) -> list[str]:
    kept = []
    residuals: dict[Posting, Record] = {}
    for record, settlement in settlements:
        if isinstance(settlement, Residual):
            residuals[_posting(record, settlement, queues)] = record
        elif isinstance(settlement, Undeliverable):
            if not _dead_letter(settlement.job.encode(), settlement.reason, queues, record.trace_header):
                kept.append(record.record_id)
        elif isinstance(settlement, Return):
            queues.postpone(record.queue_name, record.receipt_handle, settlement.delay_seconds)
            kept.append(record.record_id)
    return kept + [residuals[lost].record_id for lost in queues.send(residuals)]


def _posting(record: Record, residual: Residual, queues: Queues) -> Posting:
    shard = shard_of(record.job.message.room_id, queues.shards)
    return Posting(residual.job, shard, record.accepted_at, residual.delay_seconds, record.trace_header)


def _dead_letter(body: str, reason: str, queues: Queues, trace_header: str | None = None) -> bool:
    try:
        queues.dead_letter(body, reason, trace_header)
    except QueueUnavailable:
        return False
    return True
