"""Deliver or disconnect: what becomes of members whose attempts are used up."""

from concurrent.futures import Future

from services.fanout.budget import Budget
from services.fanout.delivery import Fate
from services.fanout.frames import pack
from services.fanout.ledger import Ledger
from services.fanout.records import Item, Record
from services.fanout.report import Report
from services.fanout.routing import Assignment
from services.fanout.settlement import to_close
from services.fanout.worker import Worker
from shared.stores.connections import Member

LAST_POST_SHARE = 0.5  # of the time for closing


def close(
    records: list[Record], ledger: Ledger, worker: Worker, report: Report, budget: Budget
) -> list[Future[bool]]:
    """Close the members whose attempts are used up; return the deletions of their rows.

    Those whose last failure was the endpoint's own are posted to once more first: if it has come back
    meanwhile, closing would cost healthy members their connections.
    """
    _post_once_more(_hopeless(records, ledger), ledger, worker, report, budget)
    hopeless = _hopeless(records, ledger)
    removed: list[Future[bool]] = []
    for outcome in worker.disconnect(list(hopeless), budget.closing):
        if outcome.fate not in (Fate.DELIVERED, Fate.GONE):
            continue
        identifier = outcome.delivery.connection_id
        member, items = hopeless[identifier]
        ledger.book_closed(member, items)
        rooms = {item.message.room_id for item in items}
        removed += [worker.forgetting.submit(worker.connections.remove, identifier, room) for room in rooms]
    return removed


def _hopeless(records: list[Record], ledger: Ledger) -> dict[str, tuple[Member, list[Item]]]:
    hopeless: dict[str, tuple[Member, list[Item]]] = {}
    for record in records:
        for member, items in to_close(record, ledger.of(record)).items():
            hopeless.setdefault(member.connection_id, (member, []))[1].extend(items)
    return hopeless


def _post_once_more(
    hopeless: dict[str, tuple[Member, list[Item]]],
    ledger: Ledger,
    worker: Worker,
    report: Report,
    budget: Budget,
) -> None:
    deliveries = [
        Assignment(member, pack(items, member.protocol)).delivery()
        for member, items in hopeless.values()
        if not ledger.is_at_fault(member.connection_id)
    ]
    now = worker.monotonic()
    for outcome in worker.post(deliveries, now + LAST_POST_SHARE * max(0.0, budget.closing - now)):
        report.posted(outcome)
        ledger.book_late(outcome)
