"""A client that floods waits behind itself, not before others. Time is counted in turns: no clock."""

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.edge.turns import NoTurn, Turns

FLOOD = ["flooder"] * 64


class Scene:
    """Connections that ask for turns, and keep them until they are told to end."""

    def __init__(self, at_once: int) -> None:
        self.turns = Turns(at_once)
        self.running: list[str] = []
        self.served: list[str] = []
        self._may_end = asyncio.Semaphore(0)

    async def ask(self, connection_ids: Iterable[str]) -> list[asyncio.Task[None]]:
        asked = [asyncio.create_task(self._have_turn(each)) for each in connection_ids]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return asked

    async def end(self, count: int) -> None:
        """Let so many turns end, the oldest first."""
        for _ in range(count):
            self._may_end.release()
            for _ in range(4):
                await asyncio.sleep(0)

    async def _have_turn(self, connection_id: str) -> None:
        async with self.turns.take(connection_id):
            self.running.append(connection_id)
            self.served.append(connection_id)
            await self._may_end.acquire()
            self.running.remove(connection_id)


async def test_beside_a_flood_others_begin_at_once() -> None:
    scene = Scene(4)
    await scene.ask(FLOOD)
    assert scene.running == ["flooder", "flooder"]

    await scene.ask(["alice", "bob"])
    assert scene.running == ["flooder", "flooder", "alice", "bob"]


async def test_of_those_who_wait_whoever_asks_once_waits_for_one_turn_of_a_flood() -> None:
    scene = Scene(1)
    await scene.ask(["carol", *FLOOD, "alice", "bob"])
    await scene.end(4)

    assert scene.served == ["carol", "flooder", "alice", "bob", "flooder"]


@given(arrivals=st.lists(st.sampled_from("abcd"), max_size=30), at_once=st.integers(1, 5))
def test_everybody_has_a_first_turn_before_anybody_has_another_and_all_have_all(
    arrivals: list[str], at_once: int
) -> None:
    async def play() -> list[str]:
        scene = Scene(at_once)
        await scene.ask(f"first {number}" for number in range(at_once))
        await scene.ask(arrivals)
        most = 0
        for _ in range(at_once + len(arrivals)):
            most = max(most, len(scene.running))
            assert all(scene.running.count(each) <= max(1, at_once // 2) for each in scene.running)
            await scene.end(1)
        assert most == at_once
        assert scene.running == []
        return scene.served[at_once:]

    served = asyncio.run(play())

    assert sorted(served) == sorted(arrivals)
    assert set(served[: len(set(arrivals))]) == set(arrivals)


async def test_a_turn_of_somebody_who_gave_up_goes_to_the_next() -> None:
    scene = Scene(1)
    _, impatient, _ = await scene.ask(["first", "impatient", "patient"])
    impatient.cancel()
    await scene.end(1)

    assert scene.running == ["patient"]


async def test_a_turn_given_to_somebody_who_gives_up_at_that_moment_is_not_lost() -> None:
    turns = Turns(1)

    async def take() -> None:
        async with turns.take("late"):
            pass

    async with turns.take("first"):
        late = asyncio.create_task(take())
        await asyncio.sleep(0)
    late.cancel()  # its turn has come, it has not run since

    with pytest.raises(asyncio.CancelledError):
        await late
    async with asyncio.timeout(30), turns.take("next"):
        pass


async def test_what_waits_of_a_forgotten_connection_is_refused_and_nothing_of_others() -> None:
    scene = Scene(1)
    _, *waiting = await scene.ask(["alice", *FLOOD, "bob"])
    flood, bob = waiting[:-1], waiting[-1]

    scene.turns.forget("flooder")
    refused = await asyncio.gather(*flood, return_exceptions=True)
    await scene.end(1)

    assert {type(each) for each in refused} == {NoTurn}
    assert scene.running == ["bob"]
    assert not bob.done()


async def test_a_turn_that_has_begun_is_not_forgotten() -> None:
    scene = Scene(1)
    [alice] = await scene.ask(["alice"])

    scene.turns.forget("alice")
    await scene.end(1)
    await alice

    assert scene.served == ["alice"]


async def test_who_would_wait_for_too_long_is_refused_and_takes_no_turn() -> None:
    turns = Turns(1)
    async with turns.take("alice"):
        with pytest.raises(NoTurn):
            async with turns.take("bob", patience_seconds=0.01):
                pytest.fail("there was no turn")

    async with asyncio.timeout(30), turns.take("carol", patience_seconds=0):
        pass
