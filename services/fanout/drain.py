"""Takes further jobs from a slice queue: the more wait, the more messages a post brings."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.fanout.background import result_of
from services.fanout.queues import BATCH_LIMIT_ENTRIES
from services.fanout.worker import Worker
from shared.jobs import NotAJob, read_job

DRAIN_LIMIT_RECORDS = 2_000  # some 16 MB of jobs
CALLS_AT_ONCE = 8
DRAINING_SECONDS = 1.0
POSTS_PER_SECOND = 4  # the most a member of a busy room gets from one worker
HOLD_SECONDS = 1 / POSTS_PER_SECOND  # the most a busy room is held back to gather more


class Held:
    """When slices of each room were last taken: a busy room is held back a little, a quiet one not."""

    def __init__(self) -> None:
        self._taken: dict[str, float] = {}

    def seconds_for(self, rooms: set[str], now: float) -> float:
        """Return how long to wait before posting to these rooms."""
        since = min((now - self._taken.get(room, float("-inf")) for room in rooms), default=float("inf"))
        return max(0.0, HOLD_SECONDS - since)

    def take(self, rooms: set[str], now: float) -> None:
        """Take note that these rooms are posted to now."""
        self._taken = {room: at for room, at in self._taken.items() if now - at < 1} | dict.fromkeys(
            rooms, now
        )


def drain(raw: Sequence[Mapping[str, Any]], worker: Worker, held: Held) -> list[Mapping[str, Any]]:
    """Return what this worker takes beyond its batch, in the form in which Lambda gives records."""
    rooms = {room for each in raw if (room := _room_of(each))}
    worker.sleep(held.seconds_for(rooms, worker.monotonic()))
    taken: list[Mapping[str, Any]] = []
    source = str(raw[0]["eventSourceARN"])
    name = source.rsplit(":", 1)[-1]
    until = worker.monotonic() + DRAINING_SECONDS
    while len(taken) < DRAIN_LIMIT_RECORDS and worker.monotonic() < until:
        calls = [worker.sending.submit(worker.queues.receive, name) for _ in range(CALLS_AT_ONCE)]
        worker.sending.wait(calls, until)
        found = [message for call in calls for message in result_of(call) or []]
        taken += [as_record(message, source) for message in found]
        if not found:
            break
    held.take(rooms, worker.monotonic())
    return taken


def delete(taken: Sequence[Mapping[str, Any]], worker: Worker, until: float) -> None:
    """Delete records that were taken by `drain`, which Lambda does not know of."""
    calls = [
        worker.sending.submit(
            worker.queues.delete,
            str(taken[first]["eventSourceARN"]).rsplit(":", 1)[-1],
            [str(each["receiptHandle"]) for each in taken[first : first + BATCH_LIMIT_ENTRIES]],
        )
        for first in range(0, len(taken), BATCH_LIMIT_ENTRIES)
    ]
    worker.sending.wait(calls, until)


def as_record(message: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """Return a message of SQS in the form in which Lambda gives records. `source` is the queue's ARN."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSourceARN": source,
    }


def _room_of(raw: Mapping[str, Any]) -> str | None:
    try:
        job = read_job(raw["body"])
    except NotAJob:
        return None
    return getattr(job, "room_id", None)
