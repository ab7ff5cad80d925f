"""Who comes into a crowd while it talks: a second look makes up for index and workers that lag behind."""

import pytest

from tests.simulation.clients import Crowd
from tests.simulation.world import World


@pytest.mark.parametrize("seed", range(3))
def test_who_comes_into_a_busy_crowd_lacks_nothing_after_the_second_look(seed: int) -> None:
    world = World()
    crowd = Crowd(world, seed)
    speaker, *others = crowd.fill("crowd", 300)
    scheduler = world.scheduler

    def talk() -> None:
        for _ in range(150):
            scheduler.sleep(0.1)
            crowd.send(speaker)

    def go_and_come_back() -> None:
        for each in others:
            scheduler.sleep(0.03)
            world.gateway.closed(each.connection_id)

    scheduler.spawn(talk)
    scheduler.spawn(go_and_come_back)
    world.run()

    lacking = {each.name: crowd.expected("crowd") - each.view for each in crowd.present()}
    assert not any(lacking.values()), {name: ids for name, ids in lacking.items() if ids}
