"""One invocation: what is no job is buried, messages are delivered, and then events are told."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from services.fanout.batch import Worker, bury, deliver_batch
from services.fanout.ephemeral import Messenger, tell
from services.fanout.records import Ephemeral, Poison, Record, read_record
from services.fanout.report import Report


def work_off(
    raw: Iterable[Mapping[str, Any]], worker: Worker, messenger: Messenger, report: Report, deadline: float
) -> list[str]:
    """Works off the records of a Lambda SQS event; the ids of those that SQS is to keep.

    Records with events are never kept. `deadline` is in seconds of `time.monotonic`.
    """
    records = [read_record(each) for each in raw]
    kept = bury([record for record in records if isinstance(record, Poison)], worker, report)
    messages = [record for record in records if isinstance(record, Record)]
    kept += deliver_batch(messages, worker, report, deadline)
    events = [record.job for record in records if isinstance(record, Ephemeral)]
    tell(events, messenger, report, now=int(time.time() * 1000), deadline=deadline)
    return kept
