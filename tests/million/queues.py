"""SQS with its price and its latencies: the shard queues, the dead-letter queue, and the fan-out's client."""

import math
import random
from typing import Any

from tests.million.data import Aws
from tests.million.meters import Meters
from tests.simulation.queue import Entry, Queue, QueueClient
from tests.simulation.scheduler import Scheduler

RECEIVED_AT_ONCE = 10  # ReceiveMessage, DeleteMessageBatch
REQUEST_BYTES = 64 * 1024  # a request is charged once for each (SQS pricing)


class Sqs:
    """All queues of a deployment; what is asked of them is charged."""

    def __init__(self, scheduler: Scheduler, aws: Aws, meters: Meters, chance: random.Random) -> None:
        self.dead_letters = Queue(scheduler, "dead-letters")
        self.shards = [
            Queue(scheduler, f"shard-{number}", aws.visibility_seconds, aws.max_receives, self.dead_letters)
            for number in range(aws.shards)
        ]
        self.slices = [
            Queue(scheduler, f"slice-{number}", aws.visibility_seconds, aws.max_receives, self.dead_letters)
            for number in range(aws.shards)
        ]
        self.presence = Queue(scheduler, "presence", aws.visibility_seconds)
        consumed = (*self.shards, *self.slices, self.presence)
        queues = {queue.name: queue for queue in (*consumed, self.dead_letters)}
        self.client = MeteredClient(scheduler, queues, aws, meters, chance)
        self._meters = meters
        self._in_flight = 0

    def put(self, queue: Queue, body: str, accepted_at: int) -> None:
        """Put a message onto a queue, as the topic does."""
        queue.send(body, {"acceptedAt": str(accepted_at)})

    def receive(self, queue: Queue, most: int) -> list[Entry]:
        """Take up to `most` messages, as a mapping's poller does."""
        entries = queue.receive(most)
        self._in_flight += len(entries)
        self._meters.usage["sqs_request"] += max(1, math.ceil(len(entries) / RECEIVED_AT_ONCE))
        self._meters.reached("queue_in_flight", self._in_flight)
        return entries

    def delete(self, queue: Queue, handles: list[str]) -> None:
        """Delete what has been worked off, as the poller does."""
        for handle in handles:
            queue.delete(handle)
        self._in_flight -= len(handles)
        self._meters.usage["sqs_request"] += math.ceil(len(handles) / RECEIVED_AT_ONCE)

    def left(self) -> int:
        """Return how many messages are on the queues, visible or not."""
        return sum(len(queue.waiting()) for queue in (*self.shards, *self.slices, self.presence))


class MeteredClient(QueueClient):
    """boto3's client, whose calls take their time and are charged."""

    def __init__(
        self,
        scheduler: Scheduler,
        queues: dict[str, Queue],
        aws: Aws,
        meters: Meters,
        chance: random.Random,
    ) -> None:
        super().__init__(scheduler, queues)
        self._meters = meters
        self._took = aws.latencies["queue_call"].drawn(chance)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - boto3's names
        """Send up to ten messages."""
        size = sum(len(entry["MessageBody"]) for entry in Entries)
        self._meters.usage["sqs_request"] += size // REQUEST_BYTES
        return super().send_message_batch(QueueUrl=QueueUrl, Entries=Entries)

    def _call(self, name: str) -> None:
        self.calls += 1
        self._meters.usage["sqs_request"] += 1
        if name == "SendMessage":
            self._meters.counts["dead letters by the fan-out"] += 1
        self.scheduler.sleep(self._took())
