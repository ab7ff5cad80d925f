"""Everything on one simulated clock: rooms, queues, workers, connections, and what arrived where and when."""

from collections import defaultdict
from dataclasses import dataclass, field

from infra.topology.file import load_topology
from services.ingest.sweeping import Sweeper
from shared.jobs import DeliveryJob, EphemeralEvent, EphemeralJob, EventKind, shard_of
from shared.protocol.message import Change, Message, Notice, sort_key
from shared.uuid7 import uuid7
from tests.simulation.functions import EPOCH, Functions
from tests.simulation.gateway import SimulatedGateway
from tests.simulation.members import Members
from tests.simulation.queue import Queue
from tests.simulation.scheduler import Scheduler

TOPOLOGY = load_topology()
WINDOW_SECONDS = TOPOLOGY.functions["sweeper"].consumes[0].batching_window_seconds


def _setting(name: str) -> float:
    return float(TOPOLOGY.environment[name].value or 0)


SLICE = int(_setting("FANOUT_SLICE"))


@dataclass
class World:
    """A deployment in virtual time."""

    slice_size: int = SLICE
    shard_count: int = TOPOLOGY.shards
    concurrency: int = 10
    remembers: bool = True
    scheduler: Scheduler = field(default_factory=Scheduler)
    arrivals: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    repeats: int = 0
    said: int = 0
    accepted_at: dict[str, float] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connections = Members(self.scheduler)
        self.gateway = SimulatedGateway(self.scheduler, arrived=self._arrived, closed=self.closed.append)
        self.dead_letters = Queue(self.scheduler, "dead-letters")
        receives = TOPOLOGY.queues["shard"].max_receive_count
        self.shards = [
            Queue(self.scheduler, f"shard-{n}", 180.0, receives, self.dead_letters)
            for n in range(self.shard_count)
        ]
        self.slices = [
            Queue(self.scheduler, f"slice-{n}", 180.0, receives, self.dead_letters)
            for n in range(self.shard_count)
        ]
        self.presence = Queue(self.scheduler, "presence", 180.0)
        consumes = {source.queue: source for source in TOPOLOGY.functions["fanout"].consumes}
        self.functions = Functions(
            self.scheduler,
            self.connections,
            self.gateway,
            self.shards,
            self.slices,
            self.presence,
            self.dead_letters,
            self.slice_size,
            of_presence=consumes["presence"],
            room_limit=int(_setting("PRESENCE_ROOM_LIMIT")),
            event_rate=_setting("EVENT_POSTS_PER_SECOND"),
            concurrency=self.concurrency,
            slice_concurrency=consumes["slice"].maximum_concurrency or 0,
            slice_rate=_setting("SLICE_POSTS_PER_SECOND"),
            remembers=self.remembers,
        )

    def room(self, room_id: str, size: int, protocol: str = "v2") -> list[str]:
        """Fill a room; return the ids of its connections."""
        names = [f"{room_id}.{number:06d}" for number in range(size)]
        for name in names:
            self.connections.join(room_id, name, protocol)
        return names

    def message(self, room_id: str, content: str = "x" * 100) -> Message:
        """Return a message of now."""
        self.said += 1
        at = int((EPOCH + self.scheduler.now) * 1000)
        key = str(uuid7(at, self.said.to_bytes(10, "big")))
        return Message(
            room_id=room_id, sort_key=sort_key(at, key), message_id=key, user_id="alice",
            username="Alice", content=content, created_at=at,
        )  # fmt: skip

    def edit(self, said: Message) -> Change:
        """Return an edit, of now, of a message."""
        entry = self.message(said.room_id, content="edited")
        return Change.model_validate({**entry.model_dump(), "kind": "edit", "target": said.sort_key})

    def notice(self, room_id: str) -> Notice:
        """Return a notice, of now, that somebody joined a room."""
        entry = self.message(room_id, content="").model_dump() | {"username": ""}
        return Notice.model_validate({**entry, "event": "joined", "about": "bob"})

    def publish(self, message: Message, exclude: str | None = None) -> None:
        """Put the message's job onto its shard's queue, as the topic does."""
        now = self.scheduler.now
        self.accepted_at[message.message_id] = now
        accepted = {"acceptedAt": str(int((EPOCH + now) * 1000))}
        self.enqueue(DeliveryJob.of(message, exclude=exclude), accepted)

    def enqueue(self, job: DeliveryJob, attributes: dict[str, str] | None = None) -> None:
        """Put a job onto its shard's queue."""
        self.shards[shard_of(job.room_id, self.shard_count)].send(job.encode(), attributes)

    def announce(self, kind: EventKind, room_id: str, connection_id: str) -> None:
        """Publish that a connection came, went or types, whose user has the same name, as ingest does."""
        at = int((EPOCH + self.scheduler.now) * 1000)
        event = EphemeralEvent(
            kind=kind, room_id=room_id, user_id=connection_id, username=connection_id, at=at
        )
        queue = self.shards[shard_of(room_id, self.shard_count)] if kind == "typing" else self.presence
        queue.send(EphemeralJob(event=event, exclude=connection_id).encode(), {"acceptedAt": str(at)})

    def sweeper(self) -> Sweeper:
        """Return what the sweeper works with here."""
        return Sweeper(
            published=self.functions.published,
            publish=self.publish,
            waiting=lambda room: len(self.shards[shard_of(room, self.shard_count)].waiting()),
            now=lambda: EPOCH + self.scheduler.now,
            sleep=self.scheduler.sleep,
        )

    def say(self, room_id: str, exclude: str | None = None) -> Message:
        """Publish a new message of the room."""
        message = self.message(room_id)
        self.publish(message, exclude)
        return message

    def run(self, seconds: float = float("inf")) -> None:
        """Let time pass; without a number until nothing is left to happen."""
        self.scheduler.run(self.scheduler.now + seconds)

    def has(self, connection_id: str, message: Message) -> bool:
        """Tell whether a message has arrived at a connection."""
        return message.message_id in self.arrivals[connection_id]

    def latencies(self, prefix: str = "") -> list[float]:
        """Return the seconds from publishing to arrival of every delivery to connections of that prefix."""
        return [
            at - self.accepted_at[message_id]
            for name, got in self.arrivals.items()
            if name.startswith(prefix)
            for message_id, at in got.items()
        ]

    def dead_jobs(self) -> list[DeliveryJob]:
        """Return the jobs in the dead-letter queue."""
        return [DeliveryJob.model_validate_json(entry.body) for entry in self.dead_letters.waiting()]

    def _arrived(self, connection_id: str, message_ids: tuple[str, ...], at: float) -> None:
        got = self.arrivals[connection_id]
        for message_id in message_ids:
            if message_id in got:
                self.repeats += 1
            else:
                got[message_id] = at
