"""Lambda: event source mappings that hand batches of a shard's queue to environments of the real fan-out."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from services.fanout.budget import Budget
from services.fanout.delivery import Delivery, Outcome
from services.fanout.drain import Held
from services.fanout.ephemeral import Messenger
from services.fanout.invocation import process_batch, process_slices
from services.fanout.memory import AudienceMemory
from services.fanout.pace import Pace
from services.fanout.posting import deliver, disconnect
from services.fanout.queues import Queues
from services.fanout.records import Poison, Record
from services.fanout.report import Report
from services.fanout.routing import Assignment
from services.fanout.settlement import RecordTally, Return, Settlement
from services.fanout.worker import Worker
from tests.million.data import PRESENCE_WORKERS, SHARD_WORKERS, SLICE_WORKERS, Aws
from tests.million.gateway import Api, Callback
from tests.million.meters import Meters
from tests.million.queues import Sqs
from tests.million.table import Table
from tests.simulation.functions import EPOCH, IN_FLIGHT
from tests.simulation.members import SimulatedMarks
from tests.simulation.queue import Entry, Queue
from tests.simulation.scheduler import Scheduler, SimulatedBackground

# services/fanout/handlers/fanout.py
READING_THREADS, SENDING_THREADS, FORGETTING_THREADS, EVENT_THREADS = 10, 12, 4, 10


class Told(Report):
    """What the fan-out says, as counts."""

    def __init__(self, meters: Meters) -> None:
        object.__setattr__(self, "_meters", meters)

    def posted(self, outcome: Outcome[Any]) -> None:
        """Count nothing."""

    def settled(self, record: Record, tally: RecordTally, settlement: Settlement) -> None:
        """Count a record's end."""
        counts = self._counts()
        if isinstance(settlement, Return):
            counts["records returned"] += 1
        else:
            counts["records done"] += 1
            counts["residual jobs"] += len(settlement.residuals)
            counts["jobs dead-lettered"] += len(settlement.undeliverable)
        counts["slices scattered"] += tally.scattered

    def audience_found(self, connections: int) -> None:
        """Count nothing."""

    def poison(self, poison: Poison) -> None:
        """Count a record that is no job."""
        self._counts()["poison"] += 1

    def ephemeral_delivered(self, posts: int) -> None:
        """Count presence that was told."""
        self._counts()["presence posts"] += posts

    def ephemeral_dropped(self, reason: str, count: int) -> None:
        """Count presence that was not told."""
        self._counts()[f"presence dropped, {reason}"] += count

    def ephemeral_failed(self, failure: Exception, events: int) -> None:
        """Let a fault of the simulation be seen."""
        raise failure

    def queue_trouble(self, reason: str) -> None:
        """Count a call to SQS that failed."""
        self._counts()["queue calls failed"] += 1

    def _counts(self) -> Any:
        return self._meters.counts  # type: ignore[attr-defined]  # set in __init__, the class is frozen


@dataclass(frozen=True)
class Environment:
    """What lives across the invocations of one process."""

    worker: Worker
    slice_worker: Worker
    held: Held
    messenger: Messenger


class Functions:
    """The fan-out's environments over all shards."""

    def __init__(
        self,
        scheduler: Scheduler,
        aws: Aws,
        *,
        api: Api,
        sqs: Sqs,
        table: Table,
        meters: Meters,
        chance: random.Random,
    ) -> None:
        self._scheduler = scheduler
        self._aws = aws
        self._api = api
        self._sqs = sqs
        self._table = table
        self._meters = meters
        self._chance = chance
        self._report = Told(meters)
        self._idle: list[Environment] = []
        self._pick_up = aws.latencies["queue_to_function"].drawn(chance)
        self._cold = aws.latencies["cold_start"].drawn(chance)
        self._free: dict[str, int] = {}
        self._busy = {SHARD_WORKERS: 0, SLICE_WORKERS: 0, PRESENCE_WORKERS: 0}
        for queues, at_once in (
            (sqs.shards, aws.concurrency_a_shard),
            (sqs.slices, aws.concurrency_of_slices),
            ([sqs.presence], aws.of_presence.maximum_concurrency or 0),
        ):
            for queue in queues:
                self._free[queue.name] = at_once
                queue.on_visible = partial(self._on_visible, queue)

    def deploy(self) -> None:
        """Replace the code: every environment starts anew."""
        self._idle.clear()

    def _on_visible(self, queue: Queue, at: float) -> None:
        self._scheduler.spawn_at(at, self._wake, queue)

    def _wake(self, queue: Queue) -> None:
        seen = queue.next_visible()
        if seen is not None and seen <= self._scheduler.now and self._free[queue.name]:
            self._free[queue.name] -= 1
            window = self._aws.of_presence.batching_window_seconds if queue is self._sqs.presence else 0
            self._scheduler.spawn_at(self._scheduler.now + self._pick_up() + window, self._invoke, queue)

    def _invoke(self, queue: Queue) -> None:
        of_presence = queue is self._sqs.presence
        most = self._aws.of_presence.batch_size if of_presence else self._aws.batch_size
        entries = self._sqs.receive(queue, most)
        if entries:
            kind = SLICE_WORKERS if queue in self._sqs.slices else SHARD_WORKERS
            kind = PRESENCE_WORKERS if of_presence else kind
            self._busy[kind] += 1
            self._meters.reached(kind, self._busy[kind])
            environment = self._environment()
            begin = self._scheduler.now
            self._work(queue, entries, environment)
            self._busy[kind] -= 1
            self._idle.append(environment)
            seconds = self._scheduler.now - begin
            self._meters.usage["lambda_request"] += 1
            self._meters.usage["lambda_gb_second"] += seconds * self._aws.function_gb
            self._meters.counts["invocations"] += 1
        self._free[queue.name] += 1
        self._wake(queue)

    def _work(self, queue: Queue, entries: list[Entry], environment: "Environment") -> None:
        raw = [_raw(entry, queue.handle_of(entry), queue.name) for entry in entries]
        budget = Budget.of(self._scheduler.now, self._aws.function_seconds)
        if queue in self._sqs.slices:
            kept = set(process_slices(raw, environment.slice_worker, environment.held, self._report, budget))
        else:
            kept = set(process_batch(raw, environment.worker, environment.messenger, self._report, budget))
        self._sqs.delete(queue, [each["receiptHandle"] for each in raw if each["messageId"] not in kept])

    def _environment(self) -> "Environment":
        if self._idle:
            return self._idle.pop()
        self._meters.counts["cold starts"] += 1
        self._scheduler.sleep(self._cold())
        return self._new_environment()

    def _new_environment(self) -> "Environment":
        """Wire the real fan-out as its handler does, to the models."""
        scheduler, chance = self._scheduler, self._chance
        callback, pace = Callback(self._api), Pace(IN_FLIGHT)
        events_pace = Pace(IN_FLIGHT, self._aws.event_posts_per_second)
        slice_pace = Pace(IN_FLIGHT, self._aws.slice_posts_per_second)
        common: dict[str, Any] = {"clock": scheduler.clock, "random": chance.random}

        def post(
            deliveries: Iterable[Delivery[Assignment] | None], deadline: float
        ) -> Iterator[Outcome[Assignment]]:
            return deliver(deliveries, callback, pace=pace, deadline=deadline, **common)

        def post_slices(
            deliveries: Iterable[Delivery[Assignment] | None], deadline: float
        ) -> Iterator[Outcome[Assignment]]:
            return deliver(deliveries, callback, pace=slice_pace, deadline=deadline, **common)

        def post_once(deliveries: Iterable[Delivery[str]], deadline: float) -> Iterator[Outcome[str]]:
            return deliver(deliveries, callback, pace=events_pace, deadline=deadline, retries=0, **common)

        def close(connection_ids: Iterable[str], deadline: float) -> Iterator[Outcome[None]]:
            return disconnect(connection_ids, callback, pace=pace, deadline=deadline, **common)

        client: Any = self._sqs.client
        worker = Worker(
            connections=self._table,
            published=SimulatedMarks(scheduler),
            queues=Queues(
                client,
                shard_urls=[queue.name for queue in self._sqs.shards],
                slice_urls=[queue.name for queue in self._sqs.slices],
                dead_letter_url=self._sqs.dead_letters.name,
                warn=self._report.queue_trouble,
                monotonic=scheduler.clock,
            ),
            post=post,
            disconnect=close,
            slice_size=self._aws.slice_size,
            reading=SimulatedBackground(scheduler, READING_THREADS),
            sending=SimulatedBackground(scheduler, SENDING_THREADS),
            forgetting=SimulatedBackground(scheduler, FORGETTING_THREADS),
            monotonic=scheduler.clock,
            epoch=lambda: EPOCH + scheduler.now,
            sleep=scheduler.sleep,
            memory=AudienceMemory(self._aws.slice_size),
            random=chance.random,
        )
        background = SimulatedBackground(scheduler, EVENT_THREADS)
        messenger = Messenger(self._table, post_once, self._aws.presence_limit, background, scheduler.clock)
        return Environment(worker, replace(worker, post=post_slices), Held(), messenger)


def _raw(entry: Entry, handle: str, queue: str) -> dict[str, Any]:
    """Return the record of Lambda's event."""
    return {
        "messageId": entry.identifier,
        "receiptHandle": handle,
        "body": entry.body,
        "attributes": {"ApproximateReceiveCount": str(entry.receive_count)},
        "messageAttributes": {name: {"stringValue": text} for name, text in entry.attributes.items()},
        "eventSourceARN": f"arn:aws:sqs:::{queue}",
    }
