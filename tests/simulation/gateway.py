"""API Gateway's `@connections` in virtual time: statuses by rule, a quota, what arrived."""

import heapq
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shared.aws.callback import Answer, Frame
from shared.aws.failures import TIMED_OUT
from tests.simulation.scheduler import Scheduler

LATENCY_SECONDS = 0.010
CAPACITY = 128

Status = int | None


@dataclass(slots=True)
class Request:
    """A request to one connection; `method` is POST or DELETE."""

    method: str
    connection_id: str
    at: float
    body: bytes = b""


Script = Callable[[Request], Status]
Arrival = Callable[[str, tuple[str, ...], float], None]


def presence_of(user_id: str, online: bool) -> str:
    """Return what stands for a change of presence among the ids of what arrived."""
    return f"{user_id} {'came' if online else 'went'}"


def accept(_request: Request) -> Status:
    return 200


@dataclass
class Quota:
    """A token bucket: `rate` requests a second, `burst` at once."""

    rate: float
    burst: float
    tokens: float = 0.0
    at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def takes(self, now: float) -> bool:
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class SimulatedGateway:
    """All connections; `script` says how each request ends, `arrived` is told of every frame that does."""

    scheduler: Scheduler
    script: Script = accept
    latency: float = LATENCY_SECONDS
    quota: Quota | None = None
    arrived: Arrival = lambda _connection, _ids, _at: None
    closed: Callable[[str], None] = lambda _connection: None
    posts: int = 0
    deletes: int = 0
    statuses: dict[Status, int] = field(default_factory=dict)
    _ids: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def client(self) -> "SimulatedClient":
        """Return the callback client of one worker."""
        return SimulatedClient(self)

    def answer(self, request: Request, frame: Frame | None) -> Status:
        if request.method == "POST":
            self.posts += 1
        else:
            self.deletes += 1
        if self.quota and not self.quota.takes(request.at):
            status: Status = 429
        else:
            status = self.script(request)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == 200 and frame is not None:
            self.arrived(request.connection_id, self._ids_in(frame), request.at + self.latency)
        if status in (200, 204) and frame is None:
            self.closed(request.connection_id)
        return status

    def _ids_in(self, frame: Frame) -> tuple[str, ...]:
        ids = self._ids.get(frame.digest)
        if ids is None:
            data = json.loads(frame.body)["data"]
            told = data if isinstance(data, list) else data.get("changes", [data])
            ids = tuple(map(_id_of, told))
            self._ids[frame.digest] = ids
        return ids


def _id_of(told: dict[str, Any]) -> str:
    """Return by what a message, a change, or somebody's coming or going is known."""
    if "sortKey" in told:
        return str(told["sortKey"]).partition("#")[2]
    return presence_of(told["userId"], told["online"])


class SimulatedClient:
    """What the fan-out posts with: `shared.aws.callback.CallbackClient`, but for the network."""

    def __init__(self, gateway: SimulatedGateway) -> None:
        self._gateway = gateway
        self._scheduler = gateway.scheduler
        self._under_way: list[tuple[float, int, Answer]] = []
        self._count = 0
        self.capacity = CAPACITY

    @property
    def in_flight(self) -> int:
        return len(self._under_way)

    def post(self, connection_id: str, frame: Frame, *, timeout_seconds: float, tag: object) -> None:
        request = Request("POST", connection_id, self._scheduler.now, frame.body)
        self._begin(request, frame, timeout_seconds, tag)

    def close(self, connection_id: str, *, timeout_seconds: float, tag: object) -> None:
        self._begin(Request("DELETE", connection_id, self._scheduler.now), None, timeout_seconds, tag)

    def answers(self, wait_seconds: float) -> list[Answer]:
        scheduler, under_way = self._scheduler, self._under_way
        until = scheduler.now + max(wait_seconds, 1e-6)
        scheduler.sleep(max(0.0, min(until, under_way[0][0] if under_way else until) - scheduler.now))
        ended = []
        while under_way and under_way[0][0] <= scheduler.now:
            ended.append(heapq.heappop(under_way)[2])
        return ended

    def abandon(self) -> None:
        self._under_way.clear()

    def _begin(self, request: Request, frame: Frame | None, timeout: float, tag: object) -> None:
        assert len(self._under_way) < self.capacity
        assert timeout > 0
        status = self._gateway.answer(request, frame)
        silent = status is None or self._gateway.latency > timeout
        ends = request.at + (timeout if silent else self._gateway.latency)
        reason = TIMED_OUT if silent else "" if status in (200, 204) else f"{status} refused"
        self._count += 1
        heapq.heappush(self._under_way, (ends, self._count, Answer(tag, None if silent else status, reason)))
