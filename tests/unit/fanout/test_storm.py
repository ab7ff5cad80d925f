"""The storm at 20,000 deliveries; `make storm` runs a million."""

from services.fanout.records import MAX_ATTEMPTS
from tests.simulation.clients import Crowd
from tests.simulation.functions import TIMEOUT_SECONDS
from tests.simulation.storm import Storm
from tests.simulation.world import World

DELIVERIES = 20_000


def test_after_a_storm_every_view_is_the_history_or_the_dead_letters_say_whose_is_not() -> None:
    verdict = Storm(DELIVERIES).run()

    assert verdict.deliveries >= DELIVERIES
    assert verdict.lacking == []
    assert verdict.lost_acknowledged == 0
    assert verdict.foreign == 0
    assert verdict.unexplained_letters == []
    assert verdict.left_on_queues == 0
    assert verdict.timeouts == 0
    assert verdict.longest_invocation < TIMEOUT_SECONDS
    assert len(verdict.dead) < DELIVERIES / 1_000 * MAX_ATTEMPTS


def test_the_oracle_notices_a_single_message_that_is_lost() -> None:
    storm = Storm(5_000)
    lost: list[str] = []

    def loses_one(body: str, attributes: dict[str, str] | None = None, delay: float = 0.0) -> None:
        # Who is stuck is closed, connects again and reads what was lost.
        if not lost and '"targets":[{' in body and not any(each in body for each in storm.never):
            lost.append(body)
        else:
            send(body, attributes, delay)

    send = storm.world.shards[0].send
    storm.world.shards[0].send = loses_one  # type: ignore[method-assign]  # the queue loses a residue

    verdict = storm.run()

    assert lost
    assert verdict.lacking
    assert not verdict.faultless


def test_the_oracle_notices_what_a_v1_client_is_told_of_beyond_messages() -> None:
    storm = Storm(5_000)
    assert storm.run().foreign == 0
    crowd, old = storm.crowd, storm.people["old"][0]
    unknown = crowd.unknown_to_v1 & set(crowd.history["old"])

    storm.world.gateway.arrived(old.connection_id, (unknown.pop(),), 0.0)

    assert crowd.foreign == 1


def test_a_v1_client_that_comes_back_is_still_one() -> None:
    world = World()
    crowd = Crowd(world)
    speaker, other = crowd.fill("old", 2, "v1")

    def go_and_come_back() -> None:
        world.gateway.closed(other.connection_id)
        world.scheduler.sleep(30.0)
        crowd.note(speaker)

    world.scheduler.spawn(go_and_come_back)
    world.run()

    assert other.connections == 2
    assert crowd.foreign == 0
