"""Fault switches: how `@connections` is made to fail, for whom, how often and how long."""

import random
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Method = Literal["POST", "GET", "DELETE"]


class Fault(BaseModel):
    """One way in which requests fail.

    It applies to requests by one of `methods`, for one of `connection_ids` (`None`: for any), to a seeded
    random `share` of them, the first `count` of them, within `seconds` of being set (`None`: no limit). What
    happens then, after `delay_ms`, is the `action`:

    - `status`: the request is refused with `status`;
    - `delay`: it is carried out;
    - `reset`: it is carried out, and the TCP connection is reset in the middle of the answer;
    - `refuse`: the TCP connection is closed without an answer, and nothing is carried out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal["status", "delay", "reset", "refuse"]
    status: int | None = Field(default=None, ge=400, le=599)
    delay_ms: int = Field(default=0, ge=0)
    methods: frozenset[Method] = frozenset({"POST", "GET", "DELETE"})
    connection_ids: frozenset[str] | None = None
    share: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    count: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _status_belongs_to_its_action(self) -> Self:
        if (self.status is not None) != (self.action == "status"):
            raise ValueError("status: needed by the action `status`, and by no other")
        return self


FAULTS = TypeAdapter(list[Fault])


class FaultSwitches:
    """The faults that are set, in the order in which they are tried: the first that applies is taken."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def set(self, faults: list[Fault], now: float) -> None:
        """Replace all faults; `now` is in seconds of any steady clock."""
        self._armed = [_Armed(fault, now) for fault in faults]

    def pick(self, method: str, connection_id: str, now: float) -> Fault | None:
        """Return the fault this request meets, if any."""
        return next((armed.fault for armed in self._armed if armed.strikes(method, connection_id, now)), None)

    def listed(self) -> list[dict[str, object]]:
        """Each fault with the number of requests it has met so far."""
        return [{**armed.fault.model_dump(mode="json"), "met": armed.met} for armed in self._armed]


class _Armed:
    def __init__(self, fault: Fault, now: float) -> None:
        self.fault = fault
        self.met = 0
        self._random = random.Random(fault.seed)  # noqa: S311 - a repeatable choice, nothing secret
        self._ends_at = None if fault.seconds is None else now + fault.seconds

    def strikes(self, method: str, connection_id: str, now: float) -> bool:
        fault = self.fault
        struck = (
            method in fault.methods
            and (fault.connection_ids is None or connection_id in fault.connection_ids)
            and (fault.count is None or self.met < fault.count)
            and (self._ends_at is None or now < self._ends_at)
            and self._random.random() < fault.share
        )
        self.met += struck
        return struck
