"""Clients, at night ten thousand, are cut off and come back: quiet rooms notice nothing."""

from dataclasses import dataclass, field
from random import Random

import pytest

from tests.simulation.gateway import Quota
from tests.simulation.percentile import percentile
from tests.simulation.world import World

ROOM = 20
NEW_A_SECOND = 500  # API Gateway, new connections of an account
REQUESTS = 3  # after the handshake, as frontend/src/protocol/session.test.ts counts them
SECOND_LOOK_SECONDS = 2.5
QUOTA = 10_000.0  # requests a second of an account, of clients and to them
QUIET_ROOMS, QUIET_MEMBERS, QUIET_SECONDS = 20, 10, 1.0  # a message in each of them every so often


@dataclass
class Scene:
    """Quiet rooms in which people talk, and a storm beside them or not."""

    clients: int  # that are cut off; 0: a calm
    seconds: int
    world: World = field(default_factory=World)
    requests: int = 0
    refused: int = 0

    def run(self) -> "Scene":
        world, random = self.world, Random(5)
        world.gateway.quota = self.quota = Quota(QUOTA, QUOTA / 2)
        for number in range(QUIET_ROOMS):
            world.room(f"quiet-{number}", QUIET_MEMBERS)
            for second in range(self.seconds):
                world.scheduler.spawn_at(second + random.random(), world.say, f"quiet-{number}")
        clients = list(range(self.clients))
        random.shuffle(clients)
        for turn, client in enumerate(clients):
            world.scheduler.spawn_at(0.0, self._went, client)
            world.scheduler.spawn_at(1 + turn / NEW_A_SECOND, self._comes_back, client)
        world.run(self.seconds + 30)
        return self

    def _went(self, client: int) -> None:
        self.world.announce("left", self._room_of(client), f"old-{client}")

    def _comes_back(self, client: int) -> None:
        self._ask()
        self.world.connections.join(self._room_of(client), f"new-{client}")
        self.world.announce("joined", self._room_of(client), f"new-{client}")
        for _ in range(REQUESTS - 1):
            self._ask()
        self.world.scheduler.sleep(SECOND_LOOK_SECONDS)
        self._ask()

    def _ask(self) -> None:
        self.requests += 1
        self.refused += not self.quota.takes(self.world.scheduler.now)

    def _room_of(self, client: int) -> str:
        return f"room-{client % (self.clients // ROOM)}"


@pytest.mark.parametrize(
    ("clients", "seconds"), [(2_000, 6), pytest.param(10_000, 30, marks=pytest.mark.nightly)]
)
def test_a_storm_of_reconnects_slows_no_message_and_is_not_refused(clients: int, seconds: int) -> None:
    calm, storm = Scene(0, seconds).run(), Scene(clients, seconds).run()

    slowest = [percentile(scene.world.latencies("quiet"), 0.99) for scene in (calm, storm)]
    assert len(storm.world.latencies("quiet")) == QUIET_ROOMS * QUIET_MEMBERS * seconds
    assert slowest[1] <= 1.5 * slowest[0]
    assert storm.requests == clients * (1 + REQUESTS)
    assert storm.refused == 0
    assert 429 not in storm.world.gateway.statuses
    assert storm.world.functions.report.totals["EphemeralDelivered"] > 0
