"""When a sender says what: by the clock alone, whatever the system does."""

import random
from collections.abc import Callable, Iterator

import gevent

from tests.load.accounting import Sent
from tests.load.roles import Role
from tests.load.swarm_world import World

JOINING_POLL_SECONDS = 0.05


def due_messages(
    role: Role, world: World, chance: random.Random, joined: Callable[[], bool]
) -> Iterator[tuple[Sent, int]]:
    """Yield each message with its size in characters when it is due, until nobody sends any more.

    Keeps the beat whether answers come or not, also while disconnected.

    Args:
        chance: decides the sizes.
        joined: whether the sender has been in its room yet; before, it has nothing to say.
    """
    every, payload = role.sends_every or 0.0, world.scenario.payload
    while not joined() and world.now() < world.sending_ends_at:
        gevent.sleep(JOINING_POLL_SECONDS)
    due_at, sequence = max(world.now(), world.sending_begins_at) + role.offset, 0
    while due_at < world.sending_ends_at:
        gevent.sleep(max(0.0, due_at - world.now()))
        yield Sent(role.name, sequence, due_at), chance.randint(payload.smallest, payload.largest)
        due_at, sequence = due_at + every, sequence + 1
