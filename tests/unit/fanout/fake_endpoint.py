"""An `@connections` endpoint in memory that takes its time by the test's clock."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.aws.callback import Answer, Frame

LATENCY_SECONDS = 0.01


class Call(NamedTuple):
    at: float
    connection_id: str
    body: bytes | None  # None closes the connection
    timeout_seconds: float


Status = int | None
Script = Callable[[Call], Status]


def always(status: Status) -> Script:
    return lambda call: status


def in_turn(*statuses: Status) -> Script:
    """The statuses one after the other, whoever asks; the last one for ever."""
    left = list(statuses)
    return lambda call: left.pop(0) if len(left) > 1 else left[0]


def by_connection(scripts: dict[str, Script]) -> Script:
    return lambda call: scripts.get(call.connection_id, always(200))(call)


ACCEPT = always(200)


@dataclass
class FakeEndpoint:
    """Answers each call after its latency by `script`; status None takes the whole time-out."""

    script: Script = ACCEPT
    latency: float = LATENCY_SECONDS
    now: float = 1000.0
    calls: list[Call] = field(default_factory=list)
    capacity: int = 128
    most_in_flight: int = 0
    abandoned: int = 0
    _under_way: list[tuple[float, Answer]] = field(default_factory=list)

    @property
    def in_flight(self) -> int:
        return len(self._under_way)

    def clock(self) -> float:
        return self.now

    def post(self, connection_id: str, frame: Frame, *, timeout_seconds: float, tag: object) -> None:
        self._begin(Call(self.now, connection_id, frame.body, timeout_seconds), tag)

    def close(self, connection_id: str, *, timeout_seconds: float, tag: object) -> None:
        self._begin(Call(self.now, connection_id, None, timeout_seconds), tag)

    def answers(self, wait_seconds: float) -> list[Answer]:
        due = min((at for at, _ in self._under_way), default=float("inf"))
        assert wait_seconds > 0, "the caller spins"
        later = math.nextafter(self.now, math.inf)  # a clock never stands still
        waited = max(self.now + wait_seconds, later)
        self.now = min(due, waited)
        ended = [answer for at, answer in self._under_way if at <= self.now]
        self._under_way = [(at, answer) for at, answer in self._under_way if at > self.now]
        return ended

    def abandon(self) -> None:
        self.abandoned += self.in_flight
        self._under_way.clear()

    def _begin(self, call: Call, tag: object) -> None:
        assert call.timeout_seconds > 0
        self.calls.append(call)
        status = self.script(call)
        silent = status is None or self.latency > call.timeout_seconds
        reason = "timed out" if silent else "" if status in (200, 204) else f"{status} refused"
        ends = self.now + (call.timeout_seconds if silent else self.latency)
        self._under_way.append((ends, Answer(tag, None if silent else status, reason)))
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
