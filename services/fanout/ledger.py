"""Books what happened to each message of a batch's records."""

from collections.abc import Callable, Iterable

from services.fanout.delivery import Fate, Outcome
from services.fanout.posting import TOO_MANY
from services.fanout.records import Item, Record
from services.fanout.routing import Assignment
from services.fanout.settlement import RecordTally, Tally
from shared.aws.failures import TIMED_OUT
from shared.stores.connections import Member


def rooms_of(assignment: Assignment) -> set[str]:
    """Return the rooms of the messages that an assignment brings."""
    return {item.message.room_id for items in assignment.packed.items for item in items}


class Ledger:
    """The tallies of a batch's records. `now_ms` gives epoch ms, for the fan-out lag."""

    def __init__(self, records: Iterable[Record], now_ms: Callable[[], int]) -> None:
        self._records: dict[Record, RecordTally] = {}
        self._tallies: dict[Item, Tally] = {}
        self._now_ms = now_ms
        self._at_fault: set[str] = set()
        self.add(records)

    def add(self, records: Iterable[Record]) -> None:
        """Open an account for records that have come."""
        for record in records:
            tally = RecordTally({item: Tally() for item in record.items})
            self._records[record] = tally
            self._tallies |= tally.messages

    def of(self, record: Record) -> RecordTally:
        """Return what is known of the record's targets."""
        return self._records[record]

    def book(self, outcome: Outcome[Assignment]) -> None:
        """Book the outcome of the frames to one member on the items whose messages they bring.

        A coalesced frame that was too large is not booked: its messages are posted one by one.
        """
        assignment = outcome.delivery.context
        if outcome.fate is Fate.TRANSIENT and _is_about_the_connection(outcome):
            self._at_fault.add(outcome.delivery.connection_id)
        for index, items in enumerate(assignment.packed.items):
            if index in outcome.refused and assignment.packed.is_coalesced(index):
                continue
            for item in items:
                self._book(outcome, index, self._tallies[item], assignment.member)

    def is_at_fault(self, connection_id: str) -> bool:
        """Tell whether a connection failed for itself, rather than by the endpoint's fault."""
        return connection_id in self._at_fault

    def book_closed(self, member: Member, items: Iterable[Item]) -> None:
        """Book that a member was closed instead of served."""
        for item in items:
            tally = self._tallies[item]
            tally.failed.remove(member)
            tally.closed += 1

    def book_late(self, outcome: Outcome[Assignment]) -> None:
        """Book a last post to a member that had failed: delivered or gone, or still failed."""
        assignment = outcome.delivery.context
        for items in assignment.packed.items:
            for item in items:
                self._tallies[item].failed.remove(assignment.member)
        self.book(outcome)

    def book_scattered(self, record: Record, width: int | None) -> None:
        """Book how many slices became jobs; None: some members were not found or not handed on."""
        tally = self.of(record)
        tally.scattered = width or 0
        tally.complete = width is not None

    def _book(self, outcome: Outcome[Assignment], index: int, tally: Tally, member: Member) -> None:
        if index in outcome.refused:
            tally.refused += 1
        elif index < outcome.settled:
            tally.delivered += 1
            tally.last_delivered_at = self._now_ms()
        elif outcome.fate is Fate.GONE:
            tally.gone += 1
        elif outcome.fate is Fate.UNTOUCHED:
            tally.untouched.append(member)
        else:
            tally.failed.append(member)
            tally.reasons.add(outcome.reason)


def _is_about_the_connection(outcome: Outcome[Assignment]) -> bool:
    """Tell whether a failure is the connection's: a full buffer or silence. All else is the endpoint's."""
    return outcome.status == TOO_MANY or outcome.reason == TIMED_OUT
