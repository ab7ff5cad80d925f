"""The shard queues and the dead-letter queue, as the fan-out uses them."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import BotoCoreError, ClientError

from shared.jobs import DeliveryJob

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import (
        MessageSystemAttributeValueTypeDef,
        MessageTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

BATCH_LIMIT_ENTRIES = 10  # SQS SendMessageBatch
TRACE_FIELDS = {"Root", "Parent", "Sampled"}
BATCH_LIMIT_BYTES = 1_000_000  # SQS takes 1 MiB a call, attributes included; the rest is room for those
_ATTEMPTS = 3


Lane = Literal["shard", "slice"]
"""Rooms have the shard queues, slices of large rooms have queues of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Posting:
    """A job on its way to a queue. `delay_seconds`: 0 to 900."""

    job: DeliveryJob
    shard: int
    delay_seconds: int = 0
    lane: Lane = "shard"


class QueueUnavailable(Exception):
    """SQS did not take it."""


class Queues:
    """Sends jobs on, dead-letters, and postpones what SQS is to deliver again.

    `warn` is told why a call failed, even if it is then repeated.
    """

    def __init__(
        self,
        client: "SQSClient",
        *,
        shard_urls: Sequence[str],
        slice_urls: Sequence[str],
        dead_letter_url: str,
        warn: Callable[[str], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._monotonic = monotonic
        self._warn = warn
        self._urls: dict[Lane, Sequence[str]] = {"shard": shard_urls, "slice": slice_urls}
        self._urls_by_name = {url.rsplit("/", 1)[-1]: url for url in (*shard_urls, *slice_urls)}
        self._dead_letter_url = dead_letter_url

    @property
    def shards(self) -> int:
        """How many shard queues there are."""
        return len(self._urls["shard"])

    def send(self, postings: Iterable[Posting], until: float = math.inf) -> list[Posting]:
        """Put jobs on their shards' queues, in as few calls as SQS allows; return those it did not take.

        No call begins after `until`, in seconds of the monotonic clock.
        """
        by_queue: dict[str, list[Posting]] = defaultdict(list)
        for posting in postings:
            by_queue[self._urls[posting.lane][posting.shard]].append(posting)
        return [
            lost
            for url, group in by_queue.items()
            for batch in _batches(group)
            for lost in self._send_batch(url, batch, until)
        ]

    def lane_of(self, queue_name: str) -> Lane:
        """Return whose queue it is."""
        return "slice" if self._urls_by_name.get(queue_name) in self._urls["slice"] else "shard"

    def receive(self, queue_name: str) -> "list[MessageTypeDef]":
        """Take up to ten more messages from a queue; none if it is empty or SQS fails."""
        try:
            return self._client.receive_message(
                QueueUrl=self._urls_by_name[queue_name],
                MaxNumberOfMessages=BATCH_LIMIT_ENTRIES,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            ).get("Messages", [])
        except (ClientError, BotoCoreError) as error:
            self._warn(str(error))
            return []

    def delete(self, queue_name: str, receipt_handles: list[str]) -> None:
        """Delete up to ten messages that were taken by `receive`; what fails comes again."""
        try:
            self._client.delete_message_batch(
                QueueUrl=self._urls_by_name[queue_name],
                Entries=[{"Id": str(n), "ReceiptHandle": handle} for n, handle in enumerate(receipt_handles)],
            )
        except (ClientError, BotoCoreError) as error:
            self._warn(str(error))

    def dead_letter(self, body: str, reason: str, trace_header: str | None = None) -> None:
        """Put a body on the dead-letter queue with its reason. Raises QueueUnavailable."""
        failure: Exception | None = None
        for _ in range(_ATTEMPTS):
            try:
                self._client.send_message(
                    QueueUrl=self._dead_letter_url,
                    MessageBody=body,
                    MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
                    MessageSystemAttributes=_system_attributes(trace_header),
                )
            except (ClientError, BotoCoreError) as error:
                self._warn(str(error))
                failure = error
            else:
                return
        raise QueueUnavailable("the dead-letter queue did not take it") from failure

    def postpone(self, queue_name: str, receipt_handle: str, seconds: int) -> None:
        """Hide for a while a record that SQS is to deliver again.

        A failure changes nothing: the queue's own visibility time-out holds instead.
        """
        try:
            self._client.change_message_visibility(
                QueueUrl=self._urls_by_name[queue_name],
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=seconds,
            )
        except (ClientError, BotoCoreError, KeyError) as error:
            self._warn(str(error))

    def _send_batch(self, url: str, batch: list[tuple[Posting, str]], until: float) -> list[Posting]:
        waiting = {
            str(number): (posting, _entry(number, posting, body))
            for number, (posting, body) in enumerate(batch)
        }
        for _ in range(_ATTEMPTS):
            if self._monotonic() >= until:
                break
            try:
                answer = self._client.send_message_batch(
                    QueueUrl=url, Entries=[entry for _, entry in waiting.values()]
                )
            except (ClientError, BotoCoreError) as error:
                self._warn(str(error))
                continue
            for refused in answer.get("Failed", []):
                self._warn(f"an entry was not taken: {refused['Code']}")
            for taken in answer.get("Successful", []):
                del waiting[taken["Id"]]
            if not waiting:
                break
        return [posting for posting, _ in waiting.values()]


def _entry(number: int, posting: Posting, body: str) -> "SendMessageBatchRequestEntryTypeDef":
    entry: SendMessageBatchRequestEntryTypeDef = {
        "Id": str(number),
        "MessageBody": body,
        "MessageGroupId": posting.job.room_id,
        "MessageSystemAttributes": _system_attributes(posting.job.outgoing[0].trace_header),
    }
    if posting.delay_seconds:
        entry["DelaySeconds"] = posting.delay_seconds
    return entry


def _system_attributes(
    trace_header: str | None,
) -> "dict[Literal['AWSTraceHeader'], MessageSystemAttributeValueTypeDef]":
    # The header of the HTTP call, which the X-Ray SDK sets, would put a whole batch into the worker's trace.
    if trace_header is None:
        return {}
    # X-Ray adds fields of its own, such as Lineage; these are the ones that SQS documents.
    known = [field for field in trace_header.split(";") if field.partition("=")[0] in TRACE_FIELDS]
    return {"AWSTraceHeader": {"DataType": "String", "StringValue": ";".join(known)}}


def _batches(postings: list[Posting]) -> Iterator[list[tuple[Posting, str]]]:
    batch: list[tuple[Posting, str]] = []
    size = 0
    for posting in postings:
        body = posting.job.encode()
        length = len(body.encode())
        if batch and (len(batch) == BATCH_LIMIT_ENTRIES or size + length > BATCH_LIMIT_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((posting, body))
        size += length
    if batch:
        yield batch
