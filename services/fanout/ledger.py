"""Books what happened to each record of a batch."""

from collections.abc import Callable, Iterable
from typing import cast

from services.fanout.delivery import Fate, Outcome
from services.fanout.records import Record
from services.fanout.routing import Assignment
from services.fanout.settlement import Tally
from shared.stores.connections import Member


def rooms_of(outcome: Outcome) -> set[str]:
    """The rooms of the messages that an outcome is about."""
    parcel = cast("Assignment", outcome.delivery.context).parcel
    return {record.job.message.room_id for records in parcel.records for record in records}


class Ledger:
    """The tallies of a batch's records. `now_ms` gives epoch ms, for the fan-out lag."""

    def __init__(self, records: Iterable[Record], now_ms: Callable[[], int]) -> None:
        self._tallies = {record.record_id: Tally() for record in records}
        self._now_ms = now_ms

    def of(self, record: Record) -> Tally:
        """What is known of the record's targets."""
        return self._tallies[record.record_id]

    def book(self, outcome: Outcome) -> None:
        """Books the outcome of the frames to one member on the records whose messages they bring."""
        assignment = cast("Assignment", outcome.delivery.context)
        for index, records in enumerate(assignment.parcel.records):
            for record in records:
                self._book(outcome, index, self.of(record), assignment.member)

    def book_closed(self, member: Member, record: Record) -> None:
        """Books that a member was closed instead of served."""
        tally = self.of(record)
        tally.failed.remove(member)
        tally.closed += 1

    def book_scattered(self, record: Record, width: int | None) -> None:
        """Books how many slices became jobs; None: some members were not found or not handed on."""
        tally = self.of(record)
        tally.scattered = width or 0
        tally.complete = width is not None

    def _book(self, outcome: Outcome, index: int, tally: Tally, member: Member) -> None:
        if index in outcome.refused:
            tally.refused += 1
        elif index < outcome.settled:
            tally.delivered += 1
            tally.last_delivered_at = self._now_ms()
        elif outcome.fate is Fate.GONE:
            tally.gone += 1
        elif outcome.fate is Fate.PERMANENT:
            tally.refused += 1
        elif outcome.fate is Fate.UNTOUCHED:
            tally.untouched.append(member)
        else:
            tally.failed.append(member)
            tally.reasons.add(outcome.reason)
