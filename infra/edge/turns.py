"""Whose invocation is next where a function's environments are few: connections in turn, none has most.

AWS has an environment for whoever comes, so that nobody waits for anybody. In one queue a client that floods
would make all others wait behind everything it has sent.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NoTurn(Exception):
    """Nobody waits for this turn any more, or it would come too late."""


class Turns:
    """Lets so many run `at_once`, of one connection half of them.

    Of those who wait, each connection has one turn before any has its next.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._of_one = max(1, at_once // 2)
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def take(self, connection_id: str, patience_seconds: float | None = None) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the block ends.

        Raises:
            NoTurn: none came within `patience_seconds`, or the connection was forgotten.
        """
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(connection_id, deque()).append(turn)
        self._hand_out()
        try:
            try:
                async with asyncio.timeout(None if turn.done() else patience_seconds):
                    await turn
            except TimeoutError as error:
                raise NoTurn(f"none within {patience_seconds} s") from error
            yield
        finally:
            if not turn.cancelled() and not turn.exception():  # else nobody waits for it any more
                self._end(connection_id)

    def forget(self, connection_id: str) -> None:
        """Refuse what still waits of a connection."""
        for turn in self._waiting.pop(connection_id, ()):
            if not turn.done():
                turn.set_exception(NoTurn("the connection is closed"))

    def _hand_out(self) -> None:
        while self._free and (connection_id := self._next()):
            turns = self._waiting.pop(connection_id)
            turn = turns.popleft()
            if turns:
                self._waiting[connection_id] = turns  # behind all others
            if not turn.cancelled():
                self._free -= 1
                self._running[connection_id] += 1
                turn.set_result(None)

    def _next(self) -> str | None:
        return next((each for each in self._waiting if self._running[each] < self._of_one), None)

    def _end(self, connection_id: str) -> None:
        self._free += 1
        self._running -= Counter([connection_id])  # keeps no zeros
        self._hand_out()
