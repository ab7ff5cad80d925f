"""Puts what is left of a batch onto the queues, before the invocation ends."""

from collections.abc import Iterable
from concurrent.futures import Future

from services.fanout.background import done, result_of
from services.fanout.queues import Posting, QueueUnavailable
from services.fanout.records import Poison, Record
from services.fanout.report import Report
from services.fanout.settlement import Done, Return, Settlement
from services.fanout.worker import Worker
from shared.jobs import shard_of


def carry_out(settlements: Iterable[tuple[Record, Settlement]], worker: Worker, until: float) -> list[str]:
    """Send residual jobs and dead letters, postpone what is returned; return the ids that SQS is to keep.

    A job that is not on its queue by `until`, in seconds of the monotonic clock, keeps its record.
    """
    kept: list[str] = []
    postings: dict[Posting, Record] = {}
    letters: list[tuple[Record, Future[bool]]] = []
    postponed: list[Future[None]] = []
    for record, settlement in settlements:
        if isinstance(settlement, Return):
            kept.append(record.record_id)
            postponed.append(_postpone(record, settlement, worker))
            continue
        postings |= dict.fromkeys(_postings(record, settlement, worker), record)
        for letter in settlement.undeliverable:
            trace = letter.job.outgoing[0].trace_header
            call = worker.sending.submit(_dead_letter, letter.job.encode(), letter.reason, trace, worker)
            letters.append((record, call))
    sent = worker.sending.submit(worker.queues.send, list(postings), until) if postings else done([])
    worker.sending.wait([sent, *postponed, *(call for _, call in letters)], until)
    lost = result_of(sent)
    kept += [postings[each].record_id for each in (postings if lost is None else lost)]
    kept += [record.record_id for record, call in letters if not result_of(call)]
    return list(dict.fromkeys(kept))


def dead_letter(poisons: list[Poison], worker: Worker, report: Report, until: float) -> list[str]:
    """Dead-letter what is no job, at once and with its reason; return the ids that SQS is to keep."""
    calls = [
        (poison, worker.sending.submit(_dead_letter, poison.body, poison.reason, None, worker))
        for poison in poisons
    ]
    worker.sending.wait([call for _, call in calls], until)
    kept = []
    for poison, call in calls:
        if result_of(call):
            report.poison(poison)
        else:
            kept.append(poison.record_id)
    return kept


def _postings(record: Record, settlement: Done, worker: Worker) -> list[Posting]:
    shard = shard_of(record.job.room_id, worker.queues.shards)
    lane = worker.queues.lane_of(record.queue_name)
    return [Posting(residual.job, shard, residual.delay_seconds, lane) for residual in settlement.residuals]


def _postpone(record: Record, settlement: Return, worker: Worker) -> Future[None]:
    postpone = worker.queues.postpone
    return worker.sending.submit(postpone, record.queue_name, record.receipt_handle, settlement.delay_seconds)


def _dead_letter(body: str, reason: str, trace_header: str | None, worker: Worker) -> bool:
    try:
        worker.queues.dead_letter(body, reason, trace_header)
    except QueueUnavailable:
        return False
    return True
