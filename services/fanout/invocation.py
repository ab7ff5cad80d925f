"""One invocation: what is no job is dead-lettered, messages are delivered, and then events are told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.fanout.batch import deliver_batch
from services.fanout.budget import Budget
from services.fanout.drain import DRAIN_LIMIT_RECORDS, Held, delete, drain
from services.fanout.ephemeral import Messenger, tell
from services.fanout.joining import Joining
from services.fanout.records import Ephemeral, Poison, Record, read_record
from services.fanout.report import Report
from services.fanout.settling import dead_letter
from services.fanout.worker import Worker


def process_slices(
    raw: Sequence[Mapping[str, Any]], worker: Worker, held: Held, report: Report, budget: Budget
) -> list[str]:
    """Process the records of a slice queue with what waits and comes there; return the ids SQS keeps."""
    more = drain(raw, worker, held)
    source = str(raw[0]["eventSourceARN"])
    joining = Joining(source, DRAIN_LIMIT_RECORDS - len(more), worker, budget.posting)
    kept = _process([read_record(each) for each in (*raw, *more)], worker, report, budget, joining)
    more += joining.taken
    delete([each for each in more if each["messageId"] not in kept], worker, budget.settling)
    own = {each["messageId"] for each in raw}
    return [identifier for identifier in kept if identifier in own]


def process_batch(
    raw: Iterable[Mapping[str, Any]], worker: Worker, messenger: Messenger, report: Report, budget: Budget
) -> list[str]:
    """Process the records of a Lambda SQS event; return the ids of those that SQS is to keep.

    Records with events are never kept.
    """
    records = [read_record(each) for each in raw]
    kept = _process(records, worker, report, budget)
    events = [record.job for record in records if isinstance(record, Ephemeral)]
    tell(events, messenger, report, now=int(worker.epoch() * 1000), deadline=budget.posting)
    return kept


def _process(
    records: list[Record | Ephemeral | Poison],
    worker: Worker,
    report: Report,
    budget: Budget,
    joining: Joining | None = None,
) -> list[str]:
    poisons = [record for record in records if isinstance(record, Poison)]
    kept = dead_letter(poisons, worker, report, budget.reading)
    messages = [record for record in records if isinstance(record, Record)]
    kept += deliver_batch(messages, worker, report, budget, joining)
    if joining:
        kept += dead_letter(joining.poisons, worker, report, budget.settling)
    return kept
