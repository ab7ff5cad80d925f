"""Which room a member is in, and what kind of member it is: the same for the same number."""

import random
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from tests.load.scenario import Rooms, Scenario


@dataclass(frozen=True, slots=True)
class Role:
    """What a member does.

    Attributes:
        sends_every: seconds between two messages, None for one that only listens.
        offset: seconds that it waits before the first, so that neither senders nor rooms keep one beat.
    """

    name: str
    room: str
    v1: bool
    slow: bool
    sends_every: float | None
    offset: float


class Roles:
    """Gives out roles: every process of a swarm comes to the same for the same number."""

    def __init__(self, scenario: Scenario, run_id: str) -> None:
        self._scenario = scenario
        self._run_id = run_id
        self._places: list[tuple[int, int]] = []
        self._members_of: Counter[int] = Counter()

    def role(self, number: int) -> Role:
        behaviour = self._scenario.behaviour
        chance = random.Random(number)
        room_number, place = self._place(number)
        sends = place < behaviour.senders and behaviour.messages_per_second > 0
        every = behaviour.senders / behaviour.messages_per_second if sends else None
        return Role(
            name=f"member-{number}",
            room=f"swarm-{self._run_id}-{room_number}",
            v1=chance.random() < behaviour.v1,
            slow=not sends and chance.random() < behaviour.slow_readers,
            sends_every=every,
            offset=(place + room_number / self._scenario.rooms.count) / behaviour.messages_per_second
            if sends
            else 0,
        )

    def _place(self, number: int) -> tuple[int, int]:
        """The room, and the how-manieth member there by number."""
        while len(self._places) <= number:
            room = room_of(len(self._places), self._scenario.rooms)
            self._places.append((room, self._members_of[room]))
            self._members_of[room] += 1
        return self._places[number]


def room_of(number: int, rooms: Rooms) -> int:
    """The room of the member of that number; the first members fill one room after another."""
    if number < rooms.count:
        return number
    chance = random.Random(number).random()
    if rooms.sizes == "uniform":
        return number % rooms.count
    if rooms.sizes == "one-huge":
        return 0 if number % 2 or rooms.count == 1 else 1 + number // 2 % (rooms.count - 1)
    limits = list(accumulate(1 / (each + 1) for each in range(rooms.count)))
    return next(each for each, limit in enumerate(limits) if chance * limits[-1] <= limit)
