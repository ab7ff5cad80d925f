"""The connections table in virtual time: who is in which room."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from shared.protocol.message import Message
from shared.protocol.refusals import RateLimited, Unavailable
from shared.stores.connections import Connections, Member, MemberPage, Occupant, Occupants, Presence
from shared.stores.published import Key, Published, key_of
from tests.simulation.queue import HANG_SECONDS, Rule, let_through
from tests.simulation.scheduler import Scheduler

# An index page is 1 MB (DynamoDB); an item of `roomId-index` with ids, name and ttl is some 180 bytes.
PAGE_MEMBERS = 5_800
ITEM_BYTES, READ_UNIT_BYTES = 180, 8 * 1024  # an eventually consistent read of 4 KB is half a unit
PAGE_SECONDS = 0.020
FEW_SECONDS = 0.006  # a query of a hundred items
DELETE_SECONDS = 0.008
WRITE_SECONDS = 0.008


@dataclass
class Members(Connections):
    """The rooms and their members; reads take their time and fail by `rule`."""

    scheduler: Scheduler
    rooms: dict[str, dict[str, Member]] = field(default_factory=dict)
    rule: Rule = let_through
    queries: int = 0
    read_units: float = 0.0
    removed: int = 0
    checked: int = 0
    indexed_at: dict[str, float] = field(default_factory=dict)

    def join(
        self, room_id: str, connection_id: str, protocol: str = "v2", *, index_lag_seconds: float = 0.0
    ) -> None:
        """Put a member's row, which the index of rooms shows so much later: it is eventually consistent."""
        member = Member(connection_id, "v1" if protocol == "v1" else "v2")
        self.rooms.setdefault(room_id, {})[connection_id] = member
        if index_lag_seconds:
            self.indexed_at[connection_id] = self.scheduler.now + index_lag_seconds

    def _indexed(self, room_id: str) -> list[Member]:
        now = self.scheduler.now
        self.indexed_at = {each: at for each, at in self.indexed_at.items() if at > now}
        everyone = list(self.rooms.get(room_id, {}).values())
        if not self.indexed_at:
            return everyone
        return [each for each in everyone if each.connection_id not in self.indexed_at]

    def members(self, room_id: str, _now_seconds: int, after: str | None = None) -> MemberPage:
        call(self.scheduler, self.rule, f"Query {room_id}", PAGE_SECONDS)
        everyone = self._indexed(room_id)
        first = int(after) if after else 0
        page = everyone[first : first + PAGE_MEMBERS]
        self._count(len(page))
        last = first + len(page)
        return MemberPage(page, next=str(last) if last < len(everyone) else None)

    def occupants(self, room_id: str, _now_seconds: int, limit: int) -> Occupants:
        call(self.scheduler, self.rule, f"Query {room_id}", FEW_SECONDS)
        everyone = self._indexed(room_id)
        self._count(min(limit + 1, len(everyone)))
        return Occupants(
            [
                Occupant(each.connection_id, each.protocol, each.connection_id, each.connection_id, ttl=order)
                for order, each in enumerate(everyone[:limit])
            ],
            more=len(everyone) > limit,
        )

    def _count(self, items: int) -> None:
        self.queries += 1
        self.read_units += max(0.5, math.ceil(items * ITEM_BYTES / READ_UNIT_BYTES * 2) / 2)

    def present(self, wanted: Collection[Presence]) -> set[Presence]:
        call(self.scheduler, self.rule, "BatchGetItem", WRITE_SECONDS)
        self.checked += len(wanted)
        return {(each, room) for each, room in wanted if each in self.rooms.get(room, {})}

    def remove(self, connection_id: str, room_id: str) -> bool:
        call(self.scheduler, self.rule, "DeleteItem", DELETE_SECONDS)
        self.removed += 1
        return self.rooms.get(room_id, {}).pop(connection_id, None) is not None

    def remove_gone(self, connection_id: str, room_id: str, _now_seconds: float) -> bool:
        return self.remove(connection_id, room_id)


@dataclass
class SimulatedMarks(Published):
    """The table of what the fan-out has seen."""

    scheduler: Scheduler
    keys: set[Key] = field(default_factory=set)
    rule: Rule = let_through

    def mark(self, messages: Iterable[Message], _now_seconds: int) -> None:
        keys = {key_of(message) for message in messages}
        if keys:
            call(self.scheduler, self.rule, "BatchWriteItem", WRITE_SECONDS)
            self.keys |= keys

    def marked(self, keys: Collection[Key]) -> set[Key]:
        call(self.scheduler, self.rule, "BatchGetItem", WRITE_SECONDS)
        return self.keys & set(keys)


def call(scheduler: Scheduler, rule: Rule, name: str, seconds: float) -> None:
    """Let a call to DynamoDB take its time, and fail if the rule says so."""
    match rule(name, scheduler.now):
        case "throttle":
            scheduler.sleep(seconds)
            raise RateLimited("too many requests at once")
        case "hang":
            scheduler.sleep(HANG_SECONDS)
            raise Unavailable("the store did not answer")
        case _:
            scheduler.sleep(seconds)
