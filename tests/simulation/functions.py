"""Lambda in virtual time: mappings that feed batches to workers, which time out or are killed."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any

from greenlet import greenlet

from infra.topology.parts.functions import Consumes
from services.fanout.budget import Budget
from services.fanout.drain import Held
from services.fanout.ephemeral import Messenger
from services.fanout.invocation import process_batch, process_slices
from services.fanout.memory import AudienceMemory
from services.fanout.pace import Pace
from services.fanout.posting import deliver, disconnect
from services.fanout.queues import Queues
from services.fanout.report import Report
from services.fanout.worker import Worker
from shared.observability import Observability
from tests.simulation.gateway import SimulatedGateway
from tests.simulation.members import Members, SimulatedMarks
from tests.simulation.queue import Entry, Queue, QueueClient
from tests.simulation.scheduler import Scheduler, SimulatedBackground

PICK_UP_SECONDS = 0.015  # from visible to the function's first line, measured by others for warm workers
TIMEOUT_SECONDS = 30.0
BATCH = 10
IN_FLIGHT = 64
EPOCH = 1_763_856_000  # where the simulated clock is 0


class Counts(Observability):
    """What the workers report, added up; nothing is written."""

    def __init__(self) -> None:
        object.__setattr__(self, "totals", {})
        object.__setattr__(self, "lags", [])
        object.__setattr__(self, "logger", self)

    totals: dict[str, float]
    lags: list[float]

    def count(self, name: str, value: float = 1) -> None:
        self.totals[name] = self.totals.get(name, 0) + value

    def count_by(self, name: str, dimension: str, value: str, count: float = 1) -> None:
        self.count(name, count)

    def milliseconds(self, name: str, value: float) -> None:
        self.lags.append(value)

    def info(self, *_: Any, **__: Any) -> None:
        pass

    warning = error = info


@dataclass(eq=False)
class Instance:
    """One warm worker: what lives across its invocations."""

    worker: Worker
    slice_worker: Worker
    messenger: Messenger
    held: Held
    backgrounds: tuple[SimulatedBackground, ...]


@dataclass
class Functions:
    """The fan-out on all queues; `concurrency` is the most invocations of a queue at once.

    `of_presence` is how its workers take presence; `room_limit` and `event_rate` are PRESENCE_ROOM_LIMIT and
    EVENT_POSTS_PER_SECOND of the topology. Without `remembers` each batch queries its audiences.
    """

    scheduler: Scheduler
    connections: Members
    gateway: SimulatedGateway
    shards: list[Queue]
    slices: list[Queue]
    presence: Queue
    dead_letters: Queue
    slice_size: int
    of_presence: Consumes
    room_limit: int
    event_rate: float
    concurrency: int = 10
    slice_concurrency: int = 2
    slice_rate: float = float("inf")
    remembers: bool = True
    seed: int = 1
    sqs: QueueClient = field(init=False)
    published: SimulatedMarks = field(init=False)
    report: Counts = field(default_factory=Counts)
    invocations: int = 0
    timeouts: int = 0
    on_settled: Callable[[float], None] = lambda _seconds: None
    _idle: list[Instance] = field(default_factory=list)
    _gathering: int = 0
    _running: dict[str, int] = field(default_factory=dict)
    _invocations: dict[greenlet, Instance] = field(default_factory=dict)

    def __post_init__(self) -> None:
        consumed = (*self.shards, *self.slices, self.presence)
        queues = {queue.name: queue for queue in (*consumed, self.dead_letters)}
        self.sqs = QueueClient(self.scheduler, queues)
        self.published = SimulatedMarks(self.scheduler)
        self._random = Random(self.seed)
        for queue in consumed:
            self._running[queue.name] = 0
            queue.on_visible = partial(self._poll_at, queue)

    def kill_one(self) -> None:
        """End the process of one invocation, as when Lambda loses a host."""
        if self._invocations:
            victim = self._random.choice(list(self._invocations))
            self._end(victim)

    def _poll_at(self, queue: Queue, at: float) -> None:
        poll = self._gather if queue is self.presence else self._poll
        self.scheduler.spawn_at(at + PICK_UP_SECONDS, poll, queue)

    def _poll(self, queue: Queue) -> None:
        while self._free_for(queue) and (entries := queue.receive(BATCH)):
            self._running[queue.name] += 1
            self._begin(queue, entries)

    def _gather(self, queue: Queue) -> None:
        """Wait for what comes within the window, beginning with the first record, and hand it over.

        Two that gather at the same time find half of it each, as all pollers keep asking.
        """
        first = queue.next_visible()
        if first is None or first > self.scheduler.now or not self._free_for(queue):
            return
        self._running[queue.name] += 1
        self._gathering += 1
        if queue.depth() < self.of_presence.batch_size:
            self.scheduler.sleep(self.of_presence.batching_window_seconds)
        share = math.ceil(queue.depth() / self._gathering)
        self._gathering -= 1
        entries = queue.receive(min(share, self.of_presence.batch_size))
        if entries:
            self._begin(queue, entries)
        else:
            self._running[queue.name] -= 1

    def _free_for(self, queue: Queue) -> int:
        most = self.slice_concurrency if queue in self.slices else self.concurrency
        if queue is self.presence:
            most = self.of_presence.maximum_concurrency or 0
        return most - self._running[queue.name]

    def _begin(self, queue: Queue, entries: list[Entry]) -> None:
        records = [_raw(entry, queue) for entry in entries]
        instance = self._idle.pop() if self._idle else self._instance()
        task = self.scheduler.spawn(self._invoke, queue, records, instance)
        self._invocations[task] = instance
        self.scheduler.spawn_at(self.scheduler.now + TIMEOUT_SECONDS, self._time_out, task)

    def _invoke(self, queue: Queue, records: list[dict[str, Any]], instance: Instance) -> None:
        self.invocations += 1
        began = self.scheduler.now
        try:
            budget = Budget.of(began, TIMEOUT_SECONDS)
            report = Report(self.report)
            if queue in self.slices:
                kept = set(process_slices(records, instance.slice_worker, instance.held, report, budget))
            else:
                kept = set(process_batch(records, instance.worker, instance.messenger, report, budget))
            for record in records:
                if record["messageId"] not in kept:
                    queue.delete(record["receiptHandle"])
            self._idle.append(instance)
            self.on_settled(self.scheduler.now - began)
        finally:
            self._invocations = {t: i for t, i in self._invocations.items() if i is not instance}
            self._running[queue.name] -= 1
            self._poll_at(queue, self.scheduler.now)

    def _time_out(self, task: greenlet) -> None:
        if task in self._invocations and not task.dead:
            self.timeouts += 1
            self._end(task)

    def _end(self, task: greenlet) -> None:
        instance = self._invocations[task]
        self.scheduler.kill([task])
        self.scheduler.kill([each for background in instance.backgrounds for each in background.tasks])

    def _instance(self) -> Instance:
        scheduler, client, pace = self.scheduler, self.gateway.client(), Pace(IN_FLIGHT)
        random = Random(self._random.random())
        reading, sending, forgetting = (SimulatedBackground(scheduler, size) for size in (10, 12, 4))
        arguments: dict[str, Any] = {"pace": pace, "clock": scheduler.clock, "random": random.random}
        worker = Worker(
            connections=self.connections,
            published=self.published,
            queues=Queues(
                self.sqs,  # type: ignore[arg-type]  # a double
                shard_urls=[queue.name for queue in self.shards],
                slice_urls=[queue.name for queue in self.slices],
                dead_letter_url=self.dead_letters.name,
                warn=lambda _reason: None,
                monotonic=scheduler.clock,
            ),
            post=lambda deliveries, deadline: deliver(deliveries, client, deadline=deadline, **arguments),
            disconnect=lambda ids, deadline: disconnect(ids, client, deadline=deadline, **arguments),
            slice_size=self.slice_size,
            reading=reading,
            sending=sending,
            forgetting=forgetting,
            monotonic=scheduler.clock,
            epoch=lambda: EPOCH + scheduler.now,
            sleep=scheduler.sleep,
            memory=AudienceMemory(self.slice_size if self.remembers else sys.maxsize),
            random=random.random,
        )
        slow = {**arguments, "pace": Pace(IN_FLIGHT, self.slice_rate)}
        slice_worker = replace(
            worker,
            post=lambda deliveries, deadline: deliver(deliveries, client, deadline=deadline, **slow),
        )
        once = {**arguments, "pace": Pace(IN_FLIGHT, self.event_rate), "retries": 0}
        messenger = Messenger(
            self.connections,
            post=lambda deliveries, deadline: deliver(deliveries, client, deadline=deadline, **once),
            room_limit=self.room_limit,
            background=(telling := SimulatedBackground(scheduler, 10)),
            monotonic=scheduler.clock,
        )
        backgrounds = (reading, sending, forgetting, telling)
        return Instance(worker, slice_worker, messenger, Held(), backgrounds)


def _raw(entry: Entry, queue: Queue) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(entry.receive_count)}
    accepted = entry.attributes.get("acceptedAt")
    return {
        "messageId": entry.identifier,
        "receiptHandle": queue.handle_of(entry),
        "body": entry.body,
        "attributes": attributes,
        "messageAttributes": {"acceptedAt": {"stringValue": accepted}} if accepted else {},
        "eventSourceARN": f"arn:aws:sqs:local:0:{queue.name}",
    }
