"""A seeded storm of entries of logs: all faults at once, judged by an oracle. `make storm`: a million."""

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from services.ingest.sweeping import Backlogged, sweep
from shared.jobs import DeliveryJob
from shared.protocol.message import Message
from tests.simulation.clients import Crowd
from tests.simulation.functions import EPOCH
from tests.simulation.gateway import Quota, Request, Status
from tests.simulation.world import WINDOW_SECONDS, World

SEED = 20_261_127
STREAM_BATCH, SWEEP_SECONDS = 1_000, 57.0  # of the sweeper
ROOMS = {"crowd": 1_000, **{f"room-{number}": 40 for number in range(20)}}
SPOKEN = {"crowd": 0.3}  # messages a second, 0.5 in the other rooms
EDITED, NOTED = 0.3, 0.05  # of all entries
COALESCED = (b'"newMessages"', b'"changes"')
SHARES: list[tuple[Status, float]] = [(429, 0.03), (500, 0.02), (503, 0.01), (None, 0.0005)]
OUTAGES: list[tuple[float, float, Status]] = [
    (40, 52, 403),
    (100, 115, 503),
    (160, 166, None),
    (220, 240, 404),
]
QUOTAS = [(70.0, 85.0, 400.0), (190.0, 205.0, 250.0)]
CYCLE_SECONDS = 300.0  # after which they come again


@dataclass
class Verdict:
    """What the oracle found."""

    deliveries: int = 0
    posts: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    lacking: list[tuple[str, str]] = field(default_factory=list)
    dead: set[tuple[str, str]] = field(default_factory=set)
    foreign: int = 0
    unexplained_letters: list[str] = field(default_factory=list)
    left_on_queues: int = 0
    timeouts: int = 0
    longest_invocation: float = 0.0
    closed: int = 0
    lost_acknowledged: int = 0

    @property
    def faultless(self) -> bool:
        """Nobody lacks a message that the dead-letter queue does not name them for, and nothing hung."""
        return not (
            self.lacking or self.foreign or self.unexplained_letters or self.left_on_queues
            or self.timeouts or self.lost_acknowledged
        )  # fmt: skip


@dataclass
class Storm:
    """Many rooms under all faults until about so many deliveries have been asked for."""

    deliveries: int
    seed: int = SEED

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.world = World()
        self.crowd = Crowd(self.world, self.seed)
        self.verdict = Verdict()
        self.people = {room: self.crowd.fill(room, size) for room, size in ROOMS.items()}
        self.people["old"] = self.crowd.fill("old", 10, "v1")
        self.poison = 0
        self.stored: list[Message] = []  # what the stream has, and the sweeper has not
        self.asked = 0
        stuck = self.random.sample([person for room in self.people.values() for person in room], 12)
        # Until they are closed; their next connection is well.
        self.never: dict[str, Status] = {
            person.connection_id: status for person, status in zip(stuck, [429, None, 500] * 4, strict=True)
        }
        self.picky = {self.people[f"room-{number}"][0].connection_id for number in range(5)}

    def run(self) -> Verdict:
        """Let it rage, then let everything settle, then judge."""
        scheduler, functions = self.world.scheduler, self.world.functions
        functions.on_settled = self._took
        self.world.gateway.script = self._status
        self.world.connections.rule = self._table_fault
        functions.sqs.rule = self._queue_fault
        for room in self.people:
            scheduler.spawn_at(self.random.random(), self._talk, room)
        scheduler.spawn(self._every, 17.0, functions.kill_one, "killed workers")
        scheduler.spawn(self._every, 23.0, self._poison, "poison")
        scheduler.spawn(self._quotas)
        scheduler.spawn(self._sweep)
        self.world.run()
        return self._judge()

    @property
    def is_over(self) -> bool:
        return self.asked >= self.deliveries

    def _talk(self, room: str) -> None:
        rate = SPOKEN.get(room, 0.5)
        while not self.is_over:
            self.world.scheduler.sleep(self.random.expovariate(rate))
            sender = self.random.choice(self.people[room])
            self.asked += len(self.people[room]) - 1
            dies = self.random.random() < 0.01
            acts = (self.crowd.edit, self.crowd.note, self.crowd.send)
            (act,) = self.random.choices(acts, (EDITED, NOTED, 1 - EDITED - NOTED))
            message = act(sender, dies=dies)
            if dies:
                self.verdict.faults["killed between put and publish"] += 1
            self.stored.append(message)
            if self.random.random() < 0.01:
                self.verdict.faults["published twice"] += 1
                self.world.publish(message)

    def _status(self, request: Request) -> Status:
        at = request.at % CYCLE_SECONDS
        for begin, end, status in OUTAGES:
            if begin <= at < end and not self.is_over:
                return self._met(f"outage {status}", status)
        if request.method == "DELETE":
            return 204
        if request.connection_id in self.never:
            return self._met("stuck connections", self.never[request.connection_id])
        return 200 if self.is_over else self._post_status(request)

    def _post_status(self, request: Request) -> Status:
        if request.connection_id in self.picky and any(each in request.body for each in COALESCED):
            return self._met("coalesced frames too large", 413)
        chance = self.random.random()
        for status, share in SHARES:
            chance -= share
            if chance < 0:
                return self._met(f"post {status}", status)
        return 200

    def _table_fault(self, call: str, _now: float) -> str | None:
        return self._chance(f"DynamoDB {call.split(maxsplit=1)[0]}", 0.02, 0.01)

    def _queue_fault(self, call: str, _now: float) -> str | None:
        return self._chance(f"SQS {call}", 0.02, 0.005)

    def _chance(self, name: str, throttled: float, hanging: float) -> str | None:
        chance = self.random.random()
        if self.is_over or chance >= throttled + hanging:
            return None
        fault = "throttle" if chance < throttled else "hang"
        self.verdict.faults[f"{name} {fault}"] += 1
        return fault

    def _met(self, name: str, status: Status) -> Status:
        self.verdict.faults[name] += 1
        return status

    def _every(self, seconds: float, act: Callable[[], None], name: str) -> None:
        while not self.is_over:
            self.world.scheduler.sleep(seconds)
            act()
            self.verdict.faults[name] += 1

    def _poison(self) -> None:
        self.poison += 1
        self.random.choice(self.world.shards).send("rubbish")

    def _quotas(self) -> None:
        scheduler = self.world.scheduler
        cycle = 0.0
        while not self.is_over:
            for begin, end, rate in QUOTAS:
                scheduler.sleep(max(0.0, cycle + begin - scheduler.now))
                self.world.gateway.quota = Quota(rate, rate, at=scheduler.now)
                self.verdict.faults["quotas"] += 1
                scheduler.sleep(max(0.0, cycle + end - scheduler.now))
                self.world.gateway.quota = None
            cycle += CYCLE_SECONDS

    def _sweep(self) -> None:
        """Feed the real sweeper from the stream, as its mapping does."""
        scheduler, sweeper = self.world.scheduler, replace(self.world.sweeper(), publish=self._swept)
        while not self.is_over or self.stored:
            scheduler.sleep(WINDOW_SECONDS)
            batch, self.stored = self.stored[:STREAM_BATCH], self.stored[STREAM_BATCH:]
            try:
                sweep(batch, sweeper, EPOCH + scheduler.now + SWEEP_SECONDS)
            except Backlogged:
                self.stored = [*batch, *self.stored]

    def _swept(self, message: Message) -> None:
        self.verdict.faults["swept"] += 1
        self.world.publish(message)

    def _took(self, seconds: float) -> None:
        self.verdict.longest_invocation = max(self.verdict.longest_invocation, seconds)

    def _judge(self) -> Verdict:
        verdict, crowd, world = self.verdict, self.crowd, self.world
        letters = world.dead_letters.waiting()
        poison = 0
        for letter in letters:
            if letter.body == "rubbish":
                poison += 1
                continue
            job = DeliveryJob.model_validate_json(letter.body)
            named = [target.connection_id for target in job.targets or ()]
            if job.targets is None:
                named = [client.connection_id for client in self.people[job.room_id]]
            verdict.dead |= {(name, each.message.message_id) for name in named for each in job.outgoing}
        if poison != self.poison:
            verdict.unexplained_letters.append(f"{poison} of {self.poison} poisoned records")
        for client in crowd.present():
            lacking = crowd.expected(client.room_id) - client.view
            verdict.deliveries += len(client.view)
            verdict.lacking += [
                (client.connection_id, message_id)
                for message_id in lacking
                if (client.connection_id, message_id) not in verdict.dead
            ]
        stored = {message_id for ids in crowd.history.values() for message_id in ids}
        verdict.lost_acknowledged = len(crowd.acknowledged - stored)
        verdict.foreign = crowd.foreign
        verdict.left_on_queues = sum(len(queue.waiting()) for queue in (*world.shards, *world.slices))
        verdict.timeouts = world.functions.timeouts
        verdict.posts = world.gateway.posts
        verdict.seconds = world.scheduler.now
        verdict.closed = world.gateway.deletes
        return verdict


def main() -> int:
    """Run the storm; fail if the oracle finds fault."""
    deliveries, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    began = time.monotonic()
    verdict = Storm(deliveries, seed).run()
    faults = "\n".join(f"  {count:>9,}  {name}" for name, count in sorted(verdict.faults.items()))
    sys.stdout.write(
        f"seed {seed}: {verdict.deliveries:,} deliveries by {verdict.posts:,} posts in "
        f"{verdict.seconds:,.0f} simulated and {time.monotonic() - began:.0f} real seconds\n{faults}\n"
        f"dead-lettered by name {len(verdict.dead):,} · requests to close {verdict.closed:,} · "
        f"longest invocation {verdict.longest_invocation:.1f} s\n"
        f"lacking {len(verdict.lacking)} · foreign {verdict.foreign} · time-outs {verdict.timeouts} · "
        f"left on queues {verdict.left_on_queues} · unexplained {verdict.unexplained_letters}\n"
    )
    return 0 if verdict.faultless else 1


if __name__ == "__main__":
    sys.exit(main())
