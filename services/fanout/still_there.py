"""Looks members up again that were found a while ago: who was removed meanwhile gets nothing more."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from services.fanout.background import result_of
from services.fanout.delivery import Delivery, Fate, Outcome
from services.fanout.frames import pack
from services.fanout.ledger import rooms_of
from services.fanout.memory import REMEMBER_SECONDS
from services.fanout.records import Item
from services.fanout.routing import Assignment
from services.fanout.worker import Worker
from shared.protocol.refusals import RateLimited, Unavailable
from shared.stores.connections import CHECK_LIMIT_CONNECTIONS, Presence

# From the read of a room to the last post that begins by it. Who is removed hears nothing after 5 s: a
# second is for the post and for the index that audiences come from.
FRESH_SECONDS = 4.0


class StillThere:
    """Withholds deliveries from members that are in the room no more.

    `dropped` is told of what they do not get. Members that were found less than FRESH_SECONDS ago are not
    looked up. If DynamoDB does not answer they are served: nobody can be removed then either.
    """

    def __init__(self, worker: Worker, until: float, dropped: Callable[[Outcome[Assignment]], None]) -> None:
        self._worker = worker
        self._until = until
        self._dropped = dropped
        # A room may come from the worker's memory.
        self._room_fresh_until = worker.monotonic() + FRESH_SECONDS - REMEMBER_SECONDS

    def of_room(self, deliveries: Iterable[Delivery[Assignment]]) -> Iterator[Delivery[Assignment] | None]:
        """Yield the deliveries to members of a room that was read for this batch; else as `of_targets`."""
        return self._of(deliveries, lambda _: self._worker.monotonic() < self._room_fresh_until)

    def of_targets(
        self, deliveries: Iterable[Delivery[Assignment] | None]
    ) -> Iterator[Delivery[Assignment] | None]:
        """Yield the deliveries to those who are still there; None while some of them are looked up."""
        return self._of(deliveries, self._were_just_found)

    def _were_just_found(self, delivery: Delivery[Assignment]) -> bool:
        """Tell whether a target needs no look: one of a residual job always does."""
        return self._worker.epoch() - delivery.context.packed.found_at / 1000 < FRESH_SECONDS

    def _of(
        self,
        deliveries: Iterable[Delivery[Assignment] | None],
        is_fresh: Callable[[Delivery[Assignment]], bool],
    ) -> Iterator[Delivery[Assignment] | None]:
        coming = iter(deliveries)
        for first in coming:
            if first is None or is_fresh(first):
                yield first
                continue
            others = islice(coming, CHECK_LIMIT_CONNECTIONS - 1)
            yield from self._looked_up(deque([first, *filter(None, others)]))

    def _looked_up(self, waiting: deque[Delivery[Assignment]]) -> Iterator[Delivery[Assignment] | None]:
        """Yield those that are still there; whoever waits for long after that is looked up anew."""
        fresh_until = float("-inf")
        while waiting:
            if fresh_until <= (now := self._worker.monotonic()) < self._until:
                wanted = {each for delivery in waiting for each in _places(delivery.context)}
                lookup = self._worker.reading.submit(self._worker.connections.present, wanted)
                while not lookup.done() and self._worker.monotonic() < self._until:
                    yield None
                there = result_of(lookup, RateLimited, Unavailable)
                waiting = deque(self._kept(waiting, wanted if there is None else there))
                fresh_until = now + FRESH_SECONDS
            if waiting:
                yield waiting.popleft()

    def _kept(
        self, deliveries: Iterable[Delivery[Assignment]], there: set[Presence]
    ) -> Iterator[Delivery[Assignment]]:
        for delivery in deliveries:
            member = delivery.context.member
            kept: list[Item] = []
            lost: list[Item] = []
            for item in (each for items in delivery.context.packed.items for each in items):
                is_there = (member.connection_id, item.message.room_id) in there
                (kept if is_there else lost).append(item)
            if not lost:
                yield delivery
                continue
            gone = Assignment(member, pack(lost, member.protocol)).delivery()
            self._dropped(Outcome(gone, Fate.GONE, 0, (), "no longer in the room"))
            if kept:
                yield Assignment(member, pack(kept, member.protocol)).delivery()


def _places(assignment: Assignment) -> Iterator[Presence]:
    for room_id in rooms_of(assignment):
        yield assignment.member.connection_id, room_id
