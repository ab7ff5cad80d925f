"""The connections table in virtual time: who is in which room."""

from dataclasses import dataclass, field

from shared.protocol.refusals import RateLimited, Unavailable
from shared.stores.connections import Connections, Member, MemberPage
from tests.simulation.queue import HANG_SECONDS, Rule, let_through
from tests.simulation.scheduler import Scheduler

# An index page is 1 MB (DynamoDB); an item of `roomId-index` with ids, name and ttl is some 180 bytes.
PAGE_MEMBERS = 5_800
PAGE_SECONDS = 0.020
DELETE_SECONDS = 0.008


@dataclass
class Members(Connections):
    """The rooms and their members; reads take their time and fail by `rule`."""

    scheduler: Scheduler
    rooms: dict[str, dict[str, Member]] = field(default_factory=dict)
    rule: Rule = let_through
    queries: int = 0
    removed: int = 0

    def join(self, room_id: str, connection_id: str, protocol: str = "v2") -> None:
        member = Member(connection_id, "v1" if protocol == "v1" else "v2")
        self.rooms.setdefault(room_id, {})[connection_id] = member

    def members(self, room_id: str, _now_seconds: int, after: str | None = None) -> MemberPage:
        self._call(f"Query {room_id}", PAGE_SECONDS)
        self.queries += 1
        everyone = list(self.rooms.get(room_id, {}).values())
        first = int(after) if after else 0
        page = everyone[first : first + PAGE_MEMBERS]
        last = first + len(page)
        return MemberPage(page, next=str(last) if last < len(everyone) else None)

    def remove(self, connection_id: str, room_id: str) -> bool:
        self._call("DeleteItem", DELETE_SECONDS)
        self.removed += 1
        return self.rooms.get(room_id, {}).pop(connection_id, None) is not None

    def remove_gone(self, connection_id: str, room_id: str, _now_seconds: float) -> bool:
        return self.remove(connection_id, room_id)

    def _call(self, name: str, seconds: float) -> None:
        match self.rule(name, self.scheduler.now):
            case "throttle":
                self.scheduler.sleep(seconds)
                raise RateLimited("too many requests at once")
            case "hang":
                self.scheduler.sleep(HANG_SECONDS)
                raise Unavailable("the store did not answer")
            case _:
                self.scheduler.sleep(seconds)
