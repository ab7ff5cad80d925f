"""What a dead letter may still bring: it has a text for two weeks that may have been deleted since.

Only keys and `deletedAt` of messages are read, which is all that operators have a right to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from infra.errors import CommandError
from services.history.retention import DAY_MS
from shared.jobs import DeliveryJob
from shared.protocol.message import Change, Message, is_message
from shared.protocol.refusals import Refusal
from shared.stores.dynamodb import batch_get, marshal

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Place = tuple[str, str]
"""A room and a sort key in its log."""

FindGone = Callable[[Collection[Message]], set[Place]]
"""Return where there was a message whose text is gone, of the places that entries' texts are from."""


def gone_in(dynamodb: DynamoDBClient, table: str, now: int) -> FindGone:
    """Return what looks for gone texts in a table of messages. `now` is epoch ms.

    A message without a row was removed by its room's retention, of a day at least; a younger one is not
    stored yet, or never was.
    """

    def gone(entries: Collection[Message]) -> set[Place]:
        said = {place: entry for entry in entries if (place := place_of(entry))}
        keys = [marshal({"roomId": room_id, "sortKey": sort_key}) for room_id, sort_key in sorted(said)]
        try:
            rows = list(batch_get(dynamodb, table, keys, attributes="roomId, sortKey, deletedAt"))
        except Refusal as refusal:
            raise CommandError(f"messages: {refusal.message}; what was not sent is still there") from refusal
        there = {(row["roomId"], row["sortKey"]) for row in rows}
        deleted = {(row["roomId"], row["sortKey"]) for row in rows if "deletedAt" in row}
        return deleted | {
            place for place, entry in said.items() if place not in there and entry.created_at < now - DAY_MS
        }

    return gone


def place_of(entry: Message) -> Place | None:
    """Return where the message is whose text an entry brings; None if it brings none."""
    if isinstance(entry, Change) and entry.kind == "edit":
        return entry.room_id, entry.target
    return (entry.room_id, entry.sort_key) if is_message(entry) else None


def without(job: DeliveryJob, gone: Collection[Place]) -> DeliveryJob | None:
    """Return a job without texts that are gone; None if it would bring nothing."""
    kept = tuple(each for each in job.outgoing if place_of(each.message) not in gone)
    return job.model_copy(update={"outgoing": kept}) if kept else None


def empty(jobs: Collection[DeliveryJob], gone: FindGone) -> int:
    """Return how many of the jobs would bring nothing."""
    deleted = gone(entries_of(jobs))
    return sum(without(job, deleted) is None for job in jobs)


def entries_of(jobs: Iterable[DeliveryJob]) -> list[Message]:
    """Return all that jobs bring."""
    return [each.message for job in jobs for each in job.outgoing]
