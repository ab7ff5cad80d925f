"""The dead-letter queues: look through them, send jobs back to their shards, drop what is of no use.

Nothing is lost if this is killed anywhere: a job is on its shard's queue before it leaves the dead-letter
queue. Killed between the two, it is redriven again by the next run, and clients merge what they get twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatctl.still_said import FindGone, entries_of, without
from services.fanout.queues import BATCH_LIMIT_ENTRIES, Posting, Queues
from shared.jobs import DeliveryJob, NotAJob, read_job, shard_of

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

# How long letters stay hidden from others while a run looks through the queue, and after it was killed: two
# minutes, or more where the queue is deep. Letters that come back before the end would be read for ever.
# A call for ten takes some 25 ms, and as long again to release them.
LEASE_SECONDS, LEASE_SECONDS_A_LETTER, MOST_LEASE_SECONDS = 120, 0.02, 43_200
Pace = Callable[[int], None]
RECEIVED_TOO_OFTEN = "received too often"
STALE_EVENT = "an event, of use to nobody by now"


@dataclass(frozen=True)
class DeadLetter:
    """One message of a dead-letter queue.

    Attributes:
        letter_id: SQS's message id.
        sent_at: epoch ms at which its job was put on a queue.
        reason: why the fan-out dead-lettered it; `RECEIVED_TOO_OFTEN` if SQS did, `STALE_EVENT` for an event.
        job: None if there is nothing to redrive: an event, or no job at all (poison).
    """

    letter_id: str
    receipt_handle: str
    body: str
    sent_at: int
    reason: str
    job: DeliveryJob | None


@dataclass(frozen=True)
class Filter:
    """What all must hold of a letter; None asks nothing. Poison is in no room and at no attempt.

    `older_than_ms`, `newer_than_ms` count back from `now` (epoch ms); `reason` is a part of the letter's own.
    """

    now: int
    room: str | None = None
    older_than_ms: int | None = None
    newer_than_ms: int | None = None
    reason: str | None = None
    attempt: int | None = None

    def takes(self, letter: DeadLetter) -> bool:
        """Return whether a letter fits every condition that is set."""
        age = self.now - letter.sent_at
        job = letter.job
        return (
            (self.room is None or (job is not None and job.room_id == self.room))
            and (self.attempt is None or (job is not None and job.attempt == self.attempt))
            and (self.older_than_ms is None or age > self.older_than_ms)
            and (self.newer_than_ms is None or age < self.newer_than_ms)
            and (self.reason is None or self.reason.lower() in letter.reason.lower())
        )


@dataclass(frozen=True)
class Result:
    """How many letters left the queue, and how many of those asked for stayed."""

    done: int
    failed: int


def survey(sqs: SQSClient, url: str, wanted: Filter) -> list[DeadLetter]:
    """Return the letters that a filter takes, oldest first; all are visible to others again afterwards."""
    read: list[DeadLetter] = []
    try:
        for letters in _leased(sqs, url):
            read += letters
    finally:
        _release(sqs, url, read)
    return sorted((letter for letter in read if wanted.takes(letter)), key=lambda letter: letter.sent_at)


def redrive(
    sqs: SQSClient,
    url: str,
    letter_ids: Collection[str],
    queues: Queues,
    *,
    gone: FindGone,
    pace: Pace,
) -> Result:
    """Send these letters' jobs to their shards with their attempts forgotten, then delete the letters.

    Poison stays. Texts that are gone are not brought back: a letter that has nothing else is deleted unsent.
    `pace` is told how many are about to go, and waits if that is too fast.
    """

    def send(letters: Sequence[DeadLetter]) -> list[DeadLetter]:
        jobs = {letter.letter_id: letter.job for letter in letters if letter.job}
        deleted = gone(entries_of(jobs.values()))
        postings = {
            letter_id: _posting(kept, queues.shards)
            for letter_id, job in jobs.items()
            if (kept := without(job, deleted))
        }
        lost = set(queues.send(postings.values()))
        return [
            letter
            for letter in letters
            if letter.letter_id in jobs and postings.get(letter.letter_id) not in lost
        ]

    return _settle(sqs, url, letter_ids, send, pace)


def drop(sqs: SQSClient, url: str, letter_ids: Collection[str], pace: Pace) -> Result:
    """Delete these letters for good."""
    return _settle(sqs, url, letter_ids, list, pace)


def _posting(job: DeliveryJob, shards: int) -> Posting:
    # Without the time of acceptance: a redrive may be late by hours and would raise the alarm on the lag.
    # Attempts and hops start anew, or the first failure would close the connection.
    outgoing = tuple(each.model_copy(update={"accepted_at": None}) for each in job.outgoing)
    fresh = job.model_copy(update={"outgoing": outgoing, "attempt": 0, "hops": 0})
    return Posting(fresh, shard_of(job.room_id, shards))


def _settle(
    sqs: SQSClient,
    url: str,
    letter_ids: Collection[str],
    act: Callable[[Sequence[DeadLetter]], list[DeadLetter]],
    pace: Pace,
) -> Result:
    """Find the letters again, call `act` with them, and delete those it returns.

    Ids make sure that only what was surveyed goes, not what fails anew meanwhile.
    """
    wanted = set(letter_ids)
    done = 0
    kept: list[DeadLetter] = []
    try:
        for letters in _leased(sqs, url):
            mine = [letter for letter in letters if letter.letter_id in wanted]
            kept += [letter for letter in letters if letter.letter_id not in wanted]
            if not mine:
                continue
            pace(len(mine))
            acted = act(mine)
            kept += [letter for letter in mine if letter not in acted]
            done += _delete(sqs, url, acted)
            wanted -= {letter.letter_id for letter in mine}
            if not wanted:
                break
    finally:
        _release(sqs, url, kept)
    return Result(done, len(letter_ids) - done)


def _leased(sqs: SQSClient, url: str) -> Iterator[list[DeadLetter]]:
    """Each letter once, in batches; hidden from others until it is released or the lease ends."""
    lease = _lease_seconds(sqs, url)
    seen: set[str] = set()
    while received := sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=BATCH_LIMIT_ENTRIES,
        VisibilityTimeout=lease,
        WaitTimeSeconds=1,  # long polling asks all of SQS's servers: an empty answer means an empty queue
        MessageAttributeNames=["reason"],
        MessageSystemAttributeNames=["SentTimestamp"],
    ).get("Messages"):
        letters = [
            DeadLetter(
                letter_id=raw["MessageId"],
                receipt_handle=raw["ReceiptHandle"],
                body=raw["Body"],
                sent_at=int(raw["Attributes"]["SentTimestamp"]),
                reason=reason,
                job=job,
            )
            for raw in received
            if raw["MessageId"] not in seen
            for job, reason in [_read(raw)]
        ]
        seen |= {letter.letter_id for letter in letters}
        yield letters


def _lease_seconds(sqs: SQSClient, url: str) -> int:
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    waiting = int(asked["Attributes"]["ApproximateNumberOfMessages"])
    return min(MOST_LEASE_SECONDS, max(LEASE_SECONDS, int(waiting * LEASE_SECONDS_A_LETTER)))


def _read(raw: MessageTypeDef) -> tuple[DeliveryJob | None, str]:
    """Return the job to redrive, if there is one, and the reason."""
    attribute = raw.get("MessageAttributes", {}).get("reason")
    reason = attribute["StringValue"] if attribute else RECEIVED_TOO_OFTEN
    try:
        job = read_job(raw["Body"])
    except NotAJob:
        return None, reason
    return (job, reason) if isinstance(job, DeliveryJob) else (None, STALE_EVENT)


def _release(sqs: SQSClient, url: str, letters: Sequence[DeadLetter]) -> None:
    for batch in _batches(letters):
        sqs.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": letter.receipt_handle, "VisibilityTimeout": 0}
                for number, letter in enumerate(batch)
            ],
        )


def _delete(sqs: SQSClient, url: str, letters: Sequence[DeadLetter]) -> int:
    deleted = 0
    for batch in _batches(letters):
        answer = sqs.delete_message_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": letter.receipt_handle}
                for number, letter in enumerate(batch)
            ],
        )
        deleted += len(answer.get("Successful", []))
    return deleted


def _batches(letters: Sequence[DeadLetter]) -> Iterator[Sequence[DeadLetter]]:
    for first in range(0, len(letters), BATCH_LIMIT_ENTRIES):
        yield letters[first : first + BATCH_LIMIT_ENTRIES]
