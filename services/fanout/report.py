"""Tells operators what became of each record: a log line, and metrics."""

from dataclasses import dataclass

from services.fanout.records import Poison, Record
from services.fanout.settlement import Residual, Return, Settlement, Tally, Undeliverable
from shared.observability import Observability


@dataclass(frozen=True, slots=True)
class Report:
    """The fan-out's voice. Members appear by connection id, messages by message id, never by their text."""

    observe: Observability

    def settled(self, record: Record, tally: Tally, settlement: Settlement) -> None:
        """A record is over for this time."""
        self._count(tally, settlement)
        self.observe.count("Attempts", record.attempts)
        if record.accepted_at is not None and tally.last_delivered_at is not None:
            self.observe.milliseconds("FanoutLag", max(0, tally.last_delivered_at - record.accepted_at))
        left = [member.connection_id for member in (*tally.failed, *tally.untouched)]
        self.observe.logger.info(
            "record settled",
            messageId=record.job.message.message_id,
            roomId=record.job.message.room_id,
            traceId=record.trace_id,
            settlement=type(settlement).__name__,
            attempts=record.attempts,
            delivered=tally.delivered,
            gone=tally.gone,
            refused=tally.refused,
            closed=tally.closed,
            scattered=tally.scattered,
            left=left,
            reasons=sorted(tally.reasons),
        )

    def audience_found(self, connections: int) -> None:
        """All connections of a room were found, so many."""
        self.observe.count("RoomSize", connections)

    def poison(self, poison: Poison) -> None:
        """A record was no job and went to the dead-letter queue."""
        self.observe.count("PoisonRecords")
        self.observe.logger.error("poison record", sqsMessageId=poison.record_id, reason=poison.reason)

    def ephemeral_delivered(self, posts: int) -> None:
        """Connections were told of events."""
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
        """A call to SQS failed; what depends on it is repeated or left to SQS."""
        self.observe.count("QueueCallsFailed")
        self.observe.logger.warning("queue call failed", reason=reason)

    def _count(self, tally: Tally, settlement: Settlement) -> None:
        self.observe.count("DeliveriesDelivered", tally.delivered)
        self.observe.count("DeliveriesGone", tally.gone)
        self.observe.count("DeliveriesRefused", tally.refused)
        self.observe.count("DeliveriesFailed", len(tally.failed))
        self.observe.count("ConnectionsClosed", tally.closed)
        if tally.scattered:  # zeros would hide how wide scatters are
            self.observe.count("SlicesScattered", tally.scattered)
        self.observe.count("ResidualJobs", isinstance(settlement, Residual))
        self.observe.count("RecordsReturned", isinstance(settlement, Return))
        if isinstance(settlement, Undeliverable):
            self.observe.count("TargetsDeadLettered", len(settlement.job.targets or ()))
