"""Runs in the tree of an earlier commit: its fan-out over the simulation of today, printed as JSON.

Only what knows no `services` is imported of the simulation, and what has moved since is put where it looks.
"""
# mypy: ignore-errors
# ruff: noqa: E402 - its imports are another commit's, and some only work once others are made up

import json
import random
import sys
from concurrent.futures import Future
from dataclasses import asdict
from functools import partial
from types import ModuleType, SimpleNamespace

import shared.gateway

sys.modules["shared.aws"] = ModuleType("shared.aws")
sys.modules["shared.aws.callback"] = shared.gateway
sys.modules["shared.aws.failures"] = shared.gateway
shared.gateway.TIMED_OUT = "timed out"

from services.fanout.concurrency import AdaptiveLimit
from shared.connections import Member, MemberPage

from services.fanout import audience, batch, invocation
from services.fanout.delivery import deliver, disconnect
from services.fanout.queues import Queues
from services.fanout.report import Report
from shared.jobs import DeliveryJob, shard_of
from shared.protocol.message import Message, sort_key
from shared.uuid7 import uuid7
from tests.bench.crowd_scene import play
from tests.simulation.gateway import SimulatedGateway
from tests.simulation.queue import Queue, QueueClient
from tests.simulation.scheduler import Scheduler, SimulatedBackground

# Its topology, handler and background.
SHARDS, CONCURRENCY, BATCH, VISIBILITY_SECONDS, RECEIVES = 4, 10, 10, 180.0, 5
SLICE, IN_FLIGHT, BACKGROUND_THREADS = 125, 64, 8
TIMEOUT_SECONDS, SETTLING_SECONDS = 30.0, 5.0
# As tests/simulation has them for today's.
PICK_UP_SECONDS, EPOCH, PAGE_SECONDS, PAGE_MEMBERS = 0.015, 1_763_856_000, 0.020, 5_800


class Executor:
    """A ThreadPoolExecutor in virtual time."""

    def __init__(self, scheduler: Scheduler, size: int) -> None:
        self._scheduler = scheduler
        self._background = SimulatedBackground(scheduler, size)
        self._futures: list[Future] = []

    def submit(self, call, *args) -> Future:
        future = self._background.submit(call, *args)
        future.result = partial(self._result, future)
        self._futures.append(future)
        return future

    def __enter__(self) -> "Executor":
        return self

    def __exit__(self, *_) -> None:
        self._scheduler.wait(self._futures, float("inf"))

    def _result(self, future: Future):
        self._scheduler.wait([future], float("inf"))
        return Future.result(future)


class Members:
    """The connections table: reads take their time."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.rooms: dict[str, list[Member]] = {}

    def members(self, room_id: str, _now: int, after: str | None = None) -> MemberPage:
        self._scheduler.sleep(PAGE_SECONDS)
        everyone, first = self.rooms[room_id], int(after or 0)
        last = first + PAGE_MEMBERS
        return MemberPage(everyone[first:last], next=str(last) if last < len(everyone) else None)


class World:
    """The fan-out of that commit, with its queues and workers."""

    def __init__(self) -> None:
        self.scheduler = scheduler = Scheduler()
        self.gateway = SimulatedGateway(scheduler)
        self.accepted_at: dict[str, float] = {}
        self._members = Members(scheduler)
        self._said = 0
        dead = Queue(scheduler, "dead")
        self._shards = [
            Queue(scheduler, f"shard-{n}", VISIBILITY_SECONDS, RECEIVES, dead) for n in range(SHARDS)
        ]
        self.functions = SimpleNamespace(
            sqs=QueueClient(scheduler, {queue.name: queue for queue in (*self._shards, dead)})
        )
        self._running = dict.fromkeys((queue.name for queue in self._shards), 0)
        self._idle: list[batch.Worker] = []
        for queue in self._shards:
            queue.on_visible = partial(self._poll_at, queue)
        clock = SimpleNamespace(
            time=lambda: EPOCH + scheduler.now, monotonic=scheduler.clock, sleep=scheduler.sleep
        )
        audience.time = batch.time = invocation.time = clock
        batch.ThreadPoolExecutor = partial(Executor, scheduler)
        counts = SimpleNamespace(logger=SimpleNamespace(info=_nothing, warning=_nothing, error=_nothing))
        for name in ("count", "count_by", "milliseconds", "failed"):
            setattr(counts, name, _nothing)
        self._report = Report(counts)

    def room(self, room_id: str, size: int) -> None:
        self._members.rooms[room_id] = [Member(f"{room_id}.{number:06d}", "v2") for number in range(size)]

    def say(self, room_id: str) -> None:
        self._said += 1
        at = int((EPOCH + self.scheduler.now) * 1000)
        key = str(uuid7(at, self._said.to_bytes(10, "big")))
        message = Message(
            room_id=room_id, sort_key=sort_key(at, key), message_id=key, user_id="alice",
            username="Alice", content="x" * 100, created_at=at,
        )  # fmt: skip
        self.accepted_at[key] = self.scheduler.now
        self._shards[shard_of(room_id, SHARDS)].send(DeliveryJob(message=message).encode())

    def run(self, seconds: float) -> None:
        self.scheduler.run(seconds)

    def _poll_at(self, queue: Queue, at: float) -> None:
        self.scheduler.spawn_at(at + PICK_UP_SECONDS, self._poll, queue)

    def _poll(self, queue: Queue) -> None:
        while self._running[queue.name] < CONCURRENCY and (entries := queue.receive(BATCH)):
            self._running[queue.name] += 1
            self.scheduler.spawn(self._invoke, queue, entries)

    def _invoke(self, queue: Queue, entries: list) -> None:
        worker = self._idle.pop() if self._idle else self._worker()
        records = [_raw(entry, queue) for entry in entries]
        deadline = self.scheduler.now + TIMEOUT_SECONDS - SETTLING_SECONDS
        kept = set(invocation.work_off(records, worker, None, self._report, deadline))
        for record in records:
            if record["messageId"] not in kept:
                queue.delete(record["receiptHandle"])
        self._idle.append(worker)
        self._running[queue.name] -= 1
        self._poll_at(queue, self.scheduler.now)

    def _worker(self) -> batch.Worker:
        client, limit = self.gateway.client(), AdaptiveLimit(IN_FLIGHT)
        how = {"limit": limit, "clock": self.scheduler.clock, "random": random.Random(1).random}
        return batch.Worker(
            connections=self._members,
            queues=Queues(self.functions.sqs, [queue.name for queue in self._shards], "dead", _nothing),
            post=lambda deliveries, deadline: deliver(deliveries, client, deadline=deadline, **how),
            disconnect=lambda ids, deadline: disconnect(ids, client, deadline=deadline, **how),
            slice_size=SLICE,
        )


def _raw(entry, queue: Queue) -> dict:
    return {
        "messageId": entry.identifier,
        "receiptHandle": queue.handle_of(entry),
        "body": entry.body,
        "attributes": {"ApproximateReceiveCount": str(entry.receive_count)},
        "messageAttributes": {},
        "eventSourceARN": f"arn:aws:sqs:local:0:{queue.name}",
    }


def _nothing(*_, **__) -> None:
    """Take anything; nobody reads it."""


random.seed(1)
print(json.dumps(asdict(play(World(), crowd=True))))
