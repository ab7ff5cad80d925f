"""Which member of which room gets what of a batch."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.fanout.delivery import Delivery
from services.fanout.frames import Packed, pack
from services.fanout.records import Item, Record
from shared.stores.connections import Member, ProtocolVersion


@dataclass(frozen=True, slots=True)
class Assignment:
    """A member and what it is to get: the context of a delivery."""

    member: Member
    packed: Packed

    def delivery(self) -> Delivery["Assignment"]:
        """Return the delivery that brings it."""
        trial = max(item.trial for items in self.packed.items for item in items)
        return Delivery(self.member.connection_id, self.packed.frames, self, trial)


class Router:
    """Turns the records of a batch into deliveries: a connection gets its frames in one go and in order.

    Records for a whole room wait for its members; records with targets of their own are kept by connection
    and travel with the room's when the connection turns up there, else alone at the end.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.rooms: dict[str, list[Record]] = defaultdict(list)
        self._by_connection: OrderedDict[str, tuple[Member, list[Item]]] = OrderedDict()
        self.add(records)

    def add(self, records: Iterable[Record]) -> None:
        """Take in records; connections that were served before stand behind all others then."""
        for record in records:
            if record.job.targets is None:
                self.rooms[record.job.room_id].append(record)
                continue
            for target in record.job.targets:
                _, items = self._by_connection.setdefault(target.connection_id, (target.member, []))
                items.extend(_wanted(record.items, target.connection_id))

    def to_members(self, room_id: str, members: Iterable[Member]) -> Iterator[Delivery[Assignment]]:
        """Yield the deliveries to members of a room."""
        items = [item for record in self.rooms[room_id] for item in record.items]
        usual = _Assignments(items)
        excluded = {item.outgoing.exclude for item in items}
        for member in members:
            identifier = member.connection_id
            if identifier not in excluded and identifier not in self._by_connection:
                yield from usual.deliveries_to(member)
                continue
            _, own = self._by_connection.pop(identifier, (member, []))
            if wanted := [*_wanted(items, identifier), *own]:
                yield from _Assignments(wanted).deliveries_to(member)

    def to_others(self) -> Iterator[Delivery[Assignment]]:
        """Yield the deliveries to targets that have not turned up in a room, whoever waits longest first."""
        assignments: dict[tuple[Item, ...], _Assignments] = {}
        while self._by_connection:
            _, (member, items) = self._by_connection.popitem(last=False)
            if not items:
                continue
            key = tuple(items)
            if key not in assignments:
                assignments[key] = _Assignments(items)
            yield from assignments[key].deliveries_to(member)


def _wanted(items: Iterable[Item], connection_id: str) -> list[Item]:
    return [item for item in items if item.outgoing.exclude != connection_id]


class _Assignments:
    """Deliveries of the same items, packed once for each protocol version."""

    def __init__(self, items: list[Item]) -> None:
        self._items = items
        self._packed: dict[ProtocolVersion, Packed] = {}
        self._trial = max(item.trial for item in items)

    def deliveries_to(self, member: Member) -> Iterator[Delivery[Assignment]]:
        """Yield the delivery to a member; none if there is nothing that its protocol knows."""
        packed = self._packed.get(member.protocol)
        if packed is None:
            packed = self._packed[member.protocol] = pack(self._items, member.protocol)
        if packed.frames:
            yield Delivery(member.connection_id, packed.frames, Assignment(member, packed), self._trial)
