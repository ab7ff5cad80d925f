"""Asked for twice what its functions carry, the edge goes on carrying that. In virtual time."""

import asyncio
import selectors
from collections.abc import Coroutine
from statistics import quantiles
from typing import Any

import pytest

from infra.edge.integration import IntegrationThrottled
from infra.edge.lambdas import INVOCATIONS_OF_A_FUNCTION, PATIENCE_SECONDS, LambdaInvoker

INVOCATION_SECONDS = 0.1
CAPACITY = INVOCATIONS_OF_A_FUNCTION / INVOCATION_SECONDS
CLIENTS = 800
SECONDS = 60
ASKED_AGAIN_SECONDS = 15.0  # the page's and the swarm's: without an answer they send the same once more


class VirtualTime(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to what is due next, instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__(_Jumping(self))
        self.now = 0.0

    def time(self) -> float:
        return self.now


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: VirtualTime) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        self._loop.now += timeout or 0.0
        return super().select(0)


def in_virtual_time(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        runner.run(work)


class Crowd:
    """Clients that each send one message after the other, and what is not answered in time again."""

    def __init__(self, overload: float) -> None:
        self._invoker = LambdaInvoker(self._serve)
        self._every = CLIENTS / (overload * CAPACITY)
        self.waited: list[float] = []
        self.refused = 0

    async def _serve(self, _function: str, _event: object) -> object:
        await asyncio.sleep(INVOCATION_SECONDS)
        return None

    async def run(self) -> None:
        clients = [asyncio.create_task(self._send(number)) for number in range(CLIENTS)]
        await asyncio.sleep(SECONDS)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _send(self, number: int) -> None:
        await asyncio.sleep(self._every * number / CLIENTS)
        event = {"requestContext": {"connectionId": f"c{number}", "eventType": "MESSAGE"}}
        while True:
            asked = asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(ASKED_AGAIN_SECONDS):
                    await asyncio.shield(asyncio.ensure_future(self._invoker("f", event)))
                self.waited.append(asyncio.get_running_loop().time() - asked)
            except IntegrationThrottled:
                self.refused += 1
            except TimeoutError:
                continue
            await asyncio.sleep(max(0.0, asked + self._every - asyncio.get_running_loop().time()))


@pytest.mark.parametrize("overload", [0.8, 2.0])
def test_what_is_served_stays_near_capacity_however_much_is_asked_for(overload: float) -> None:
    crowd = Crowd(overload)
    in_virtual_time(crowd.run())

    assert len(crowd.waited) > 0.95 * min(1.0, overload) * CAPACITY * SECONDS
    assert quantiles(crowd.waited, n=100)[98] <= PATIENCE_SECONDS + INVOCATION_SECONDS
    assert (crowd.refused > 0) == (overload > 1)
