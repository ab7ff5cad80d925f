"""Functions that are killed: at any AWS call, as their time-out or their host may end them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class CutOff(BaseException):
    """The function is killed, whatever exceptions it would go on after."""


class Killer:
    """Kills whatever uses a client, when it is told to."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._calls_left: float = float("inf")
        client.meta.events.register("before-call", self._called)

    def _called(self, **_: Any) -> None:
        self._calls_left -= 1
        if self._calls_left < 0:
            raise CutOff

    @contextmanager
    def after(self, calls: int) -> Iterator[None]:
        """What runs within is killed after so many calls, if it makes as many."""
        self._calls_left = calls
        with suppress(CutOff):
            yield
        self._calls_left = float("inf")
