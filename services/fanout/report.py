"""Tells operators what became of each record: a log line, and metrics."""

from dataclasses import dataclass
from typing import Any

from services.fanout.delivery import Fate, Outcome
from services.fanout.records import Item, Poison, Record
from services.fanout.settlement import Done, RecordTally, Return, Settlement, Tally
from shared.observability import Observability

NOT_ALLOWED = range(400, 408)  # a refusal that is about us: role, stage or address; 408 and 429 are load


@dataclass(frozen=True, slots=True)
class Report:
    """The fan-out's voice. Members appear by connection id, messages by message id, never by their text."""

    observe: Observability

    def posted(self, outcome: Outcome[Any]) -> None:
        """Count and log how the posts to one connection ended."""
        if outcome.fate is Fate.TRANSIENT and outcome.status in NOT_ALLOWED:
            self.observe.count("PostsNotAllowed")
        if outcome.refused:
            self.observe.count("FramesTooLarge", len(outcome.refused))

    def settled(self, record: Record, tally: RecordTally, settlement: Settlement) -> None:
        """Count and log what becomes of a record after this invocation."""
        self.observe.count("Attempts", record.attempts)
        self.observe.count("Hops", record.job.hops)
        if tally.scattered:  # zeros would hide how wide scatters are
            self.observe.count("SlicesScattered", tally.scattered)
        self.observe.count("RecordsReturned", isinstance(settlement, Return))
        if isinstance(settlement, Done):
            self.observe.count("ResidualJobs", len(settlement.residuals))
            dead = sum(len(letter.job.targets or ()) for letter in settlement.undeliverable)
            self.observe.count("TargetsDeadLettered", dead)
        for item, counts in tally.messages.items():
            self._message_settled(record, tally, item, counts, _name_of(settlement))

    def _message_settled(
        self, record: Record, tally: RecordTally, item: Item, counts: Tally, settlement: str
    ) -> None:
        self.observe.count("DeliveriesDelivered", counts.delivered)
        self.observe.count("DeliveriesGone", counts.gone)
        self.observe.count("DeliveriesRefused", counts.refused)
        self.observe.count("DeliveriesFailed", len(counts.failed))
        self.observe.count("ConnectionsClosed", counts.closed)
        accepted_at = item.outgoing.accepted_at
        # What a slow client takes longer than the others is told by its attempts, not as everyone's lag.
        if record.attempts == 1 and accepted_at is not None and counts.last_delivered_at is not None:
            self.observe.milliseconds("FanoutLag", max(0, counts.last_delivered_at - accepted_at))
        left = [member.connection_id for member in (*counts.failed, *counts.untouched)]
        self.observe.logger.info(
            "record settled",
            messageId=item.message.message_id,
            roomId=item.message.room_id,
            traceId=item.trace_id,
            settlement=settlement,
            attempts=record.attempts,
            hops=record.job.hops,
            delivered=counts.delivered,
            gone=counts.gone,
            refused=counts.refused,
            closed=counts.closed,
            scattered=tally.scattered,
            left=left,
            reasons=sorted(counts.reasons),
        )

    def audience_found(self, connections: int) -> None:
        """All connections of a room were found, so many."""
        self.observe.count("RoomSize", connections)

    def marks_missing(self) -> None:
        """Count messages whose marks were not written; the sweeper will publish them again."""
        self.observe.count("MarksMissing")
        self.observe.logger.warning("marks not written")

    def poison(self, poison: Poison) -> None:
        """Count and log a record that was no job and went to the dead-letter queue."""
        self.observe.count("PoisonRecords")
        self.observe.logger.error("poison record", sqsMessageId=poison.record_id, reason=poison.reason)

    def ephemeral_delivered(self, posts: int) -> None:
        """Count connections that were told of events."""
        if posts:
            self.observe.count("EphemeralDelivered", posts)

    def ephemeral_dropped(self, reason: str, count: int) -> None:
        """Events, or posts of them, came to nothing."""
        if count:
            self.observe.count_by("EphemeralDropped", "reason", reason, count)

    def ephemeral_failed(self, failure: Exception, events: int) -> None:
        """Events were dropped by a fault of ours."""
        self.observe.failed("events dropped", failure)
        self.ephemeral_dropped("failed", events)

    def queue_trouble(self, reason: str) -> None:
        """Log a failed call to SQS; what depends on it is repeated or left to SQS."""
        self.observe.count("QueueCallsFailed")
        self.observe.logger.warning("queue call failed", reason=reason)


def _name_of(settlement: Settlement) -> str:
    """Name what became of a record, as the logs have it."""
    if isinstance(settlement, Return):
        return "Return"
    if settlement.undeliverable:
        return "Undeliverable"
    return "Residual" if settlement.residuals else "Done"
