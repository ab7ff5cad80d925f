"""Lambda in virtual time: mappings that feed batches to workers, which time out or are killed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any

from greenlet import greenlet

from services.fanout.budget import Budget
from services.fanout.delivery import deliver, disconnect
from services.fanout.drain import Held
from services.fanout.invocation import process_batch, process_slices
from services.fanout.memory import AudienceMemory
from services.fanout.pace import Pace
from services.fanout.queues import Queues
from services.fanout.report import Report
from services.fanout.worker import Worker
from shared.observability import Observability
from tests.simulation.gateway import SimulatedGateway
from tests.simulation.members import Members, SimulatedMarks
from tests.simulation.queue import Queue, QueueClient
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
    held: Held
    backgrounds: tuple[SimulatedBackground, ...]


@dataclass
class Functions:
    """The fan-out on all queues; `concurrency` is the most invocations of a queue at once."""

    scheduler: Scheduler
    connections: Members
    gateway: SimulatedGateway
    shards: list[Queue]
    slices: list[Queue]
    dead_letters: Queue
    slice_size: int
    concurrency: int = 10
    slice_concurrency: int = 2
    slice_rate: float = float("inf")
    seed: int = 1
    sqs: QueueClient = field(init=False)
    published: SimulatedMarks = field(init=False)
    report: Counts = field(default_factory=Counts)
    invocations: int = 0
    timeouts: int = 0
    on_settled: Callable[[float], None] = lambda _seconds: None
    _idle: list[Instance] = field(default_factory=list)
    _running: dict[str, int] = field(default_factory=dict)
    _invocations: dict[greenlet, Instance] = field(default_factory=dict)

    def __post_init__(self) -> None:
        queues = {queue.name: queue for queue in (*self.shards, *self.slices, self.dead_letters)}
        self.sqs = QueueClient(self.scheduler, queues)
        self.published = SimulatedMarks(self.scheduler)
        self._random = Random(self.seed)
        for queue in (*self.shards, *self.slices):
            self._running[queue.name] = 0
            queue.on_visible = partial(self._poll_at, queue)

    def kill_one(self) -> None:
        """End the process of one invocation, as when Lambda loses a host."""
        if self._invocations:
            victim = self._random.choice(list(self._invocations))
            self._end(victim)

    def _poll_at(self, queue: Queue, at: float) -> None:
        self.scheduler.spawn_at(at + PICK_UP_SECONDS, self._poll, queue)

    def _poll(self, queue: Queue) -> None:
        most = self.slice_concurrency if queue in self.slices else self.concurrency
        while self._running[queue.name] < most and (entries := queue.receive(BATCH)):
            self._running[queue.name] += 1
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
                kept = set(process_batch(records, instance.worker, None, report, budget))  # type: ignore[arg-type]  # no events here
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
            memory=AudienceMemory(self.slice_size),
            random=random.random,
        )
        slow = {**arguments, "pace": Pace(IN_FLIGHT, self.slice_rate)}
        slice_worker = replace(
            worker,
            post=lambda deliveries, deadline: deliver(deliveries, client, deadline=deadline, **slow),
        )
        return Instance(worker, slice_worker, Held(), (reading, sending, forgetting))


def _raw(entry: Any, queue: Queue) -> dict[str, Any]:
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
