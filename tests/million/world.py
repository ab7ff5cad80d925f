"""A stretch of virtual time: people who talk, go idle, are cut off and come back, over the models of AWS."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from shared.aws.callback import Frame
from shared.jobs import DeliveryJob, EphemeralEvent, EphemeralJob, shard_of
from shared.protocol.message import Message, sort_key
from shared.uuid7 import uuid7
from tests.million.data import Aws
from tests.million.functions import Functions
from tests.million.gateway import Api
from tests.million.meters import Meters
from tests.million.population import Population
from tests.million.queues import Sqs
from tests.million.table import Table
from tests.simulation.functions import EPOCH
from tests.simulation.queue import Queue
from tests.simulation.scheduler import Scheduler

CHARACTERS = 100
# frontend/src/protocol/backoff.ts: full jitter up to a cap, doubled with each attempt.
BACKOFF_SECONDS, BACKOFF_CAP_SECONDS = 1.0, 30.0
INGEST_SECONDS, INGEST_GB = 0.020, 0.5
# Calls that a client makes when it is connected: `$connect`, history twice, members (session.test.ts).
REQUESTS_OF_A_CONNECTION = 4


@dataclass(frozen=True)
class Talk:
    """How much is said: a connection speaks every `every_seconds`, a room `most_a_second` times at most."""

    every_seconds: float = 3600.0
    most_a_second: float = 0.02


@dataclass
class Watched:
    """A connection whose real client is played back afterwards: what it was sent, and when it was away."""

    number: int
    events: list[dict[str, object]] = field(default_factory=list)


class World:
    """Everything that a stretch is made of; `run` lets time pass."""

    def __init__(self, aws: Aws, population: Population, talk: Talk, seed: int) -> None:
        self.scheduler = Scheduler()
        self.aws = aws
        self.population = population
        self.meters = Meters()
        self.chance = random.Random(seed)
        self.api = Api(self.scheduler, aws, population, self.meters, self.chance)
        self.table = Table(self.scheduler, aws, population, self.meters, self.chance)
        self.sqs = Sqs(self.scheduler, aws, self.meters, self.chance)
        self.functions = Functions(
            self.scheduler,
            aws,
            api=self.api,
            sqs=self.sqs,
            table=self.table,
            meters=self.meters,
            chance=self.chance,
        )
        self.history: dict[int, list[dict[str, object]]] = {}
        self.watched: dict[int, Watched] = {}
        self._watched_rooms: set[int] = set()
        self._talk = talk
        self._numbers = np.random.default_rng(seed)
        self._cumulative = np.cumsum(self._rates())
        self._topic = aws.latencies["topic_to_queue"].drawn(self.chance)
        self._invoke = aws.latencies["invoke"].drawn(self.chance)
        self._write = aws.latencies["write"].drawn(self.chance)
        self._publish = aws.latencies["publish"].drawn(self.chance)

    def _rates(self) -> np.ndarray:
        sizes = np.array(self.population.sizes, dtype=float)
        share = float(self.population.open.mean())
        return np.minimum(self._talk.most_a_second, sizes * share / self._talk.every_seconds)

    def run(self, seconds: float, settle_seconds: float = 20.0) -> Meters:
        """Let people talk for that long, and what is under way arrive."""
        self._idle_traffic(seconds)
        self.scheduler.spawn(self._converse, seconds)
        self.scheduler.run(seconds + settle_seconds)
        self.meters.counts["jobs left"] += self.sqs.left()
        self.meters.counts["dead letters"] += len(self.sqs.dead_letters.waiting())
        return self.meters.close()

    def watch(self, numbers: Iterable[int]) -> None:
        """Keep for these connections what their clients see."""
        for number in numbers:
            watched = self.watched.setdefault(number, Watched(number))
            self._watched_rooms.add(self.population.room_of(number))
            watched.events.append({"at": 0.0, "kind": "open"})

            def see(frame: Frame, watched: Watched = watched) -> None:
                watched.events.append(
                    {"at": self.scheduler.now, "kind": "frame", "body": frame.body.decode()}
                )

            self.api.watchers[number] = see

    def say(self, room: int) -> None:
        """Let someone of a room send a message."""
        sender = self.population.someone(room, self.chance)
        if sender is None:
            return
        now = self.scheduler.now
        at_ms = int((EPOCH + now) * 1000)
        key = str(uuid7(at_ms, self.chance.randbytes(10)))
        message = Message(
            room_id=str(room), sort_key=sort_key(at_ms, key), message_id=key, user_id=str(sender),
            username="user", content="x" * CHARACTERS, created_at=at_ms,
        )  # fmt: skip
        exclude = f"{sender}.{int(self.population.generation[sender])}"
        stored_after = self._invoke() + self._write()
        self._count_send()
        if room in self._watched_rooms:
            stored = {"storedAt": now + stored_after, "sender": sender, **message.model_dump(by_alias=True)}
            self.history.setdefault(room, []).append(stored)
        published = stored_after + self._publish()
        self._publish_job(room, DeliveryJob.of(message, exclude=exclude).encode(), published)

    def cut(self, numbers: Iterable[int], lost_disconnects: float = 0.01) -> None:
        """Cut connections off; their clients come back, as fast as the quota lets them."""
        for number in numbers:
            old = f"{number}.{int(self.population.generation[number])}"
            self.population.drop(number)
            if self.chance.random() >= lost_disconnects:
                self.scheduler.spawn_at(
                    self.scheduler.now + self._invoke(),
                    lambda old=old: self.population.remove_row(old),  # type: ignore[misc]  # defaults bind the loop's values
                )
                self._announce(number, "left")
            self._note(number, "cut")
            self._come_back(number, attempt=1)

    def _come_back(self, number: int, attempt: int) -> None:
        longest = min(BACKOFF_CAP_SECONDS, BACKOFF_SECONDS * 2.0 ** (attempt - 1))
        self.scheduler.spawn_at(
            self.scheduler.now + self.chance.random() * longest, lambda: self._connect(number, attempt)
        )

    def _connect(self, number: int, attempt: int) -> None:
        if not self.api.admit_connection():
            self.meters.counts["handshakes throttled"] += 1
            self._come_back(number, attempt + 1)
            return
        self.meters.counts["reconnections"] += 1
        self.meters.usage["lambda_request"] += REQUESTS_OF_A_CONNECTION
        self.meters.usage["websocket_message"] += 2 * REQUESTS_OF_A_CONNECTION
        self.meters.usage["dynamodb_write_unit"] += 2
        self.meters.ask("api_requests_per_second", self.scheduler.now, REQUESTS_OF_A_CONNECTION)
        opened = self.scheduler.now + self._invoke() + self._write()

        def open_it() -> None:
            self.population.put_row(self.population.reconnect(number))
            self._note(number, "open")
            self._announce(number, "joined")

        self.scheduler.spawn_at(opened, open_it)

    def _announce(self, number: int, kind: str) -> None:
        """Publish presence as `$connect` and `$disconnect` do."""
        room = self.population.room_of(number)
        at = int((EPOCH + self.scheduler.now) * 1000)
        event = EphemeralEvent.model_validate(
            {"userId": str(number), "username": "user", "kind": kind, "roomId": str(room), "at": at}
        )
        exclude = f"{number}.{int(self.population.generation[number])}"
        self._put(self.sqs.presence, EphemeralJob(event=event, exclude=exclude).encode(), self._publish())

    def _publish_job(self, room: int, body: str, after: float) -> None:
        self._put(self.sqs.shards[shard_of(str(room), self.aws.shards)], body, after)

    def _put(self, queue: Queue, body: str, after: float) -> None:
        accepted_at = int((EPOCH + self.scheduler.now + after) * 1000)
        self.meters.usage["sns_publish"] += 1
        self.meters.ask("sns_publishes_per_second", self.scheduler.now)
        arrives = self.scheduler.now + after + self._topic()
        self.scheduler.spawn_at(arrives, self.sqs.put, queue, body, accepted_at)

    def _count_send(self) -> None:
        usage = self.meters.usage
        self.meters.counts["messages"] += 1
        self.meters.ask("api_requests_per_second", self.scheduler.now)
        usage["websocket_message"] += 2
        usage["lambda_request"] += 1
        usage["lambda_gb_second"] += INGEST_SECONDS * INGEST_GB
        usage["dynamodb_write_unit"] += 2

    def _idle_traffic(self, seconds: float) -> None:
        """Count what open connections ask for without anybody saying anything."""
        open_now = int(self.population.open.sum())
        client = self.aws.client
        pings, reads = open_now / client["ping_seconds"], open_now / client["members_seconds"]
        renewals = open_now / client["replace_seconds"]
        requests = pings + reads + REQUESTS_OF_A_CONNECTION * renewals
        self.api.others = requests
        self.meters.counts["connections"] = open_now
        usage = self.meters.usage
        usage["websocket_message"] += 2 * requests * seconds
        usage["websocket_connection_minute"] += open_now * seconds / 60
        usage["lambda_request"] += requests * seconds
        usage["lambda_gb_second"] += requests * seconds * INGEST_SECONDS * INGEST_GB
        usage["dynamodb_read_unit"] += reads * seconds
        usage["dynamodb_write_unit"] += 4 * renewals * seconds
        for second in range(int(seconds)):
            self.meters.ask("api_requests_per_second", second, requests)
            self.meters.ask("new_connections_per_second", second, renewals)
        self.meters.reached("lambda_concurrency", requests * INGEST_SECONDS)

    def _converse(self, seconds: float) -> None:
        total = float(self._cumulative[-1])
        while self.scheduler.now < seconds:
            self.scheduler.sleep(self.chance.expovariate(total))
            room = int(np.searchsorted(self._cumulative, self.chance.random() * total))
            self.say(room)

    def every(self, interval: float, act: Callable[[], None], *, begins: float, ends: float) -> None:
        """Call `act` again and again between two times."""
        at = begins
        while at < ends:
            self.scheduler.spawn_at(at, act)
            at += interval

    def _note(self, number: int, kind: str) -> None:
        if number in self.watched:
            self.watched[number].events.append({"at": self.scheduler.now, "kind": kind})
