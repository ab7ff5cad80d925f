"""One batch of records from a shard queue: audience, delivery, closing, settlement."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future

from services.fanout.audience import Audience, Page
from services.fanout.budget import Budget
from services.fanout.closing import close
from services.fanout.delivery import Delivery, Fate, Outcome
from services.fanout.frames import unpack
from services.fanout.joining import Joining
from services.fanout.ledger import Ledger, rooms_of
from services.fanout.records import Record
from services.fanout.report import Report
from services.fanout.routing import Assignment, Router
from services.fanout.settlement import settle
from services.fanout.settling import carry_out
from services.fanout.still_there import StillThere
from services.fanout.worker import Worker
from shared.protocol.message import Message

FORGETTING_SECONDS = 1.0  # a row that stays meets another 410


def deliver_batch(
    records: list[Record], worker: Worker, report: Report, budget: Budget, joining: Joining | None = None
) -> list[str]:
    """Bring the messages of a batch to their members; return the ids of the records that SQS is to keep.

    What comes by `joining` while the batch is posted goes with it.
    """
    ledger = Ledger(records, lambda: int(worker.epoch() * 1000))
    router = Router(records)
    audience = Audience(router.rooms, worker, budget)
    marked = worker.forgetting.submit(worker.published.mark, _fresh(records), int(worker.epoch()))
    there = StillThere(worker, budget.posting, ledger.book)
    source = _Source(router, audience, worker, there, ledger, joining=joining)
    forgotten = _post(source, worker, ledger, report, budget.posting)
    records = [*records, *source.joined]
    forgotten += close(records, ledger, worker, report, budget)
    for room, width in audience.scattered():
        if width is not None:
            report.audience_found(audience.size_of(room))
        for record in router.rooms[room]:
            ledger.book_scattered(record, width)
    settlements = [(record, settle(record, ledger.of(record), worker.random)) for record in records]
    for record, settlement in settlements:
        report.settled(record, ledger.of(record), settlement)
    kept = carry_out(settlements, worker, budget.settling)
    worker.forgetting.wait(
        [marked, *forgotten], min(budget.settling, worker.monotonic() + FORGETTING_SECONDS)
    )
    if not marked.done() or marked.exception():
        report.marks_missing()
    for late in forgotten:
        late.cancel()
    return kept


def _fresh(records: list[Record]) -> list[Message]:
    """Return the messages that come from the topic, not from the fan-out itself."""
    return [
        item.message
        for record in records
        if record.job.targets is None and not record.job.hops
        for item in record.items
    ]


def _post(
    source: "_Source", worker: Worker, ledger: Ledger, report: Report, deadline: float
) -> list[Future[bool]]:
    """Post all frames; return the deletions of connections that were gone."""
    forgotten: list[Future[bool]] = []
    for outcome in worker.post(source.deliveries(), deadline):
        source.ended(outcome)
        ledger.book(outcome)
        report.posted(outcome)
        if outcome.fate is Fate.GONE:
            forgotten += _forget(outcome, worker)
    return forgotten


def _forget(outcome: Outcome[Assignment], worker: Worker) -> list[Future[bool]]:
    """Delete a connection that is gone from the rooms that it was written to for."""
    return [
        worker.forgetting.submit(
            worker.connections.remove_gone, outcome.delivery.connection_id, room, worker.epoch()
        )
        for room in rooms_of(outcome.delivery.context)
    ]


class _Source:
    """The deliveries of a batch, as they become known: nobody waits for a room that is slow to be read."""

    def __init__(
        self,
        router: Router,
        audience: Audience,
        worker: Worker,
        there: StillThere,
        ledger: Ledger,
        *,
        joining: Joining | None,
    ) -> None:
        self._router = router
        self._audience = audience
        self._worker = worker
        self._there = there
        self._ledger = ledger
        self._joining = joining
        self.joined: list[Record] = []
        self._again: deque[Delivery[Assignment]] = deque()
        self._open = 0

    def deliveries(self) -> Iterator[Delivery[Assignment] | None]:
        """Yield rooms as they are read, then named targets, then what is posted again; None: nothing yet."""
        while self._audience.is_pending(self._worker.monotonic()):
            for room, members in self._audience.ready():
                yield from self._to_members(room, members)
            yield from self._ready_again()
            if self._audience.is_pending(self._worker.monotonic()):
                yield None
        for room, members in self._audience.ready():
            yield from self._to_members(room, members)
        yield from self._all_opened(self._there.of_targets(self._to_targets()))
        while self._open or self._again:
            yield from self._ready_again()
            if self._open:
                yield None

    def ended(self, outcome: Outcome[Assignment]) -> None:
        """Take note of an outcome; the messages of a coalesced frame that was too large are posted singly."""
        self._open -= 1
        assignment = outcome.delivery.context
        packed = assignment.packed
        if split := [index for index in outcome.refused if packed.is_coalesced(index)]:
            self._again.append(Assignment(assignment.member, unpack(packed, split)).delivery())

    def _to_members(self, room: str, members: Page) -> Iterator[Delivery[Assignment] | None]:
        return self._all_opened(self._there.of_room(self._router.to_members(room, members)))

    def _to_targets(self) -> Iterator[Delivery[Assignment] | None]:
        """Go round those who are named; what joins on the way is posted from there on, and goes round too.

        So nobody waits for a round to begin.
        """
        while True:
            for delivery in self._router.to_others():
                yield delivery
                self._join(ask=True)
            if not (self._joining and self._joining.is_asking(self._worker.monotonic())):
                return
            yield None
            self._join(ask=False)

    def _join(self, *, ask: bool) -> None:
        if self._joining and (records := self._joining.arrived(self._worker.monotonic(), ask=ask)):
            self._ledger.add(records)
            self._router.add(records)
            self.joined += records

    def _all_opened(
        self, deliveries: Iterator[Delivery[Assignment] | None]
    ) -> Iterator[Delivery[Assignment] | None]:
        for delivery in deliveries:
            yield self._opened(delivery) if delivery else None

    def _opened(self, delivery: Delivery[Assignment]) -> Delivery[Assignment]:
        self._open += 1
        return delivery

    def _ready_again(self) -> Iterator[Delivery[Assignment]]:
        while self._again:
            yield self._opened(self._again.popleft())
